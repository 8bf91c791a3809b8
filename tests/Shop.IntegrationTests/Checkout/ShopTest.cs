using Xunit;

namespace Shop.IntegrationTests.Checkout;

/// <summary>A test of the whole shop. After each, whatever it did, the books must balance.</summary>
[Collection(ShopCollection.Name)]
public abstract class ShopTest(ShopProcesses shop) : IAsyncLifetime
{
    private const int LinesShown = 60;

    private int _chargedTwiceBefore;
    private DateTime _began;

    internal ShopProcesses Shop { get; } = shop;

    public async ValueTask InitializeAsync()
    {
        await Shop.Provider.Reset();
        _chargedTwiceBefore = await Shop.Provider.OrdersChargedTwice();
        _began = await Shop.Books.Now();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Shop.Provider.Reset();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            ShowOutput();
            await Shop.Revive();
            return;
        }

        await Shop.Books.Balance(_began);
        Assert.Equal(_chargedTwiceBefore, await Shop.Provider.OrdersChargedTwice());
    }

    private void ShowOutput()
    {
        foreach (var host in new[] { Shop.Api, Shop.Sagas, Shop.Workers })
            foreach (var line in host.Output.TakeLast(LinesShown))
                TestContext.Current.TestOutputHelper?.WriteLine(line);
    }
}
