using System.Net;
using System.Text.Json;
using Shop.Contracts.Catalog;
using Xunit;

namespace Shop.IntegrationTests.Browse;

/// <summary>A test of browsing, and what such tests ask of the instances of the API.</summary>
[Collection(BrowseCollection.Name)]
public abstract class BrowseTest(BrowseProcesses shop) : IAsyncLifetime
{
    private const int LinesShown = 60;

    internal BrowseProcesses Shop { get; } = shop;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(PrivateServers.CanBeStarted, PrivateServers.Missing);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (TestContext.Current.TestState?.Result != TestResult.Failed) return;
        await Shop.Revive();
        foreach (var host in Shop.Apis.Append(Shop.Workers))
            foreach (var line in host.Output.TakeLast(LinesShown))
                TestContext.Current.TestOutputHelper?.WriteLine(line);
    }

    /// <summary>What an instance answers.</summary>
    internal async Task<(HttpStatusCode Status, JsonElement Body)> Get(int instance, string sku)
    {
        using var answer = await Shop.Clients[instance].GetAsync(new Uri($"/products/{sku}", UriKind.Relative), Token);
        var body = await answer.Content.ReadAsByteArrayAsync(Token);
        return (answer.StatusCode, JsonDocument.Parse(body).RootElement);
    }

    /// <summary>0 if there is no such product.</summary>
    internal async Task<long> Price(int instance, string sku)
    {
        var (status, body) = await Get(instance, sku);
        return status == HttpStatusCode.OK ? body.GetProperty("price").GetProperty("amount").GetInt64() : 0;
    }

    /// <summary>Well below the sixty seconds after which it would be read anew without any event.</summary>
    internal Task Shows(int instance, string sku, long price) => Waiting.For(
        $"instance {instance} shows {price}", async () => await Price(instance, sku), shown => shown == price,
        TimeSpan.FromSeconds(20));

    internal Task Publish(params string[] changed) => Shop.Publish(
        new ProductsChanged { Products = [.. changed.Select(sku => new ProductVersion(sku, 1))] });
}
