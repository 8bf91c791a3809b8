using System.Diagnostics;
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

    /// <summary>What browsing asks for besides product pages: lists, the tree, searches, and what belongs to a product.</summary>
    protected static IReadOnlyList<string> Lists(string sku) =>
    [
        "/products?category=garden", "/categories", "/categories/garden", "/search?q=kettle", "/search/suggest?q=ke",
        $"/products/{sku}/reviews", $"/products/{sku}/recommendations",
    ];

    internal async Task<HttpStatusCode> Status(int instance, string path)
    {
        using var answer = await Shop.Clients[instance].GetAsync(new Uri(path, UriKind.Relative), Token);
        await answer.Content.ReadAsByteArrayAsync(Token);
        return answer.StatusCode;
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

    /// <summary>
    /// What changed must show within two seconds of the command. A machine that has other things to do may take longer
    /// now and then: so once of three times, and never much longer. Without its event it would take up to sixty seconds.
    /// </summary>
    /// <param name="change">Each time to something else, from 0 to 2.</param>
    /// <param name="isShown">Whether an instance shows it.</param>
    internal async Task ShowsWithinTwoSeconds(Func<int, Task> change, Func<int, int, Task<bool>> isShown)
    {
        var took = new List<TimeSpan>();
        for (var time = 0; time < 3; time++)
        {
            var began = Stopwatch.GetTimestamp();
            await change(time);
            await Task.WhenAll(Enumerable.Range(0, Shop.Clients.Count).Select(instance => Waiting.For(
                $"instance {instance} shows change {time}", () => isShown(instance, time), TimeSpan.FromSeconds(10))));
            took.Add(Stopwatch.GetElapsedTime(began));
        }

        var line = string.Join(", ", took.Select(span => $"{span.TotalMilliseconds:0} ms"));
        TestContext.Current.TestOutputHelper?.WriteLine($"Both showed it after {line}.");
        Assert.True(took.Min() <= TimeSpan.FromSeconds(2), line);
    }

    internal Task Publish(params string[] changed) => Shop.Publish(
        new ProductsChanged { Products = [.. changed.Select(sku => new ProductVersion(sku, 1))] });
}
