using Xunit;

namespace Shop.IntegrationTests.Checkout;

/// <summary>A test of the whole shop. After each, whatever it did, the books must balance.</summary>
[Collection(ShopCollection.Name)]
public abstract class ShopTest(ShopProcesses shop) : IAsyncLifetime
{
    private const int LinesShown = 60;

    internal ShopProcesses Shop { get; } = shop;

    public virtual async ValueTask InitializeAsync() => await Shop.Provider.Reset();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Shop.Provider.Reset();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            ShowOutput();
            await Shop.Revive();
            return;
        }

        await Shop.Books.Balance();
        Assert.Equal(0, await Shop.Provider.OrdersChargedTwice());
    }

    private void ShowOutput()
    {
        foreach (var host in new[] { Shop.Api, Shop.Sagas, Shop.Workers })
            foreach (var line in host.Output.TakeLast(LinesShown))
                TestContext.Current.TestOutputHelper?.WriteLine(line);
    }
}
