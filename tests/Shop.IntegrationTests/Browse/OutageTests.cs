using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Xunit;

namespace Shop.IntegrationTests.Browse;

/// <summary>Browsing goes on while Redis or PostgreSQL is dead, as far as it can.</summary>
public sealed class OutageTests(BrowseProcesses shop) : BrowseTest(shop)
{
    [Fact]
    public async Task With_Redis_killed_under_load_browse_goes_on()
    {
        var skus = new List<string>();
        for (var i = 0; i < 6; i++) skus.Add(await Shop.Goods.Offer(stock: 0, price: 1_000));
        string[] paths = [.. skus.Select(sku => $"/products/{sku}"), .. Lists(skus[0])];
        var answers = new ConcurrentDictionary<string, int>();
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(Token);
        // Much that is asked for is not in memory, all the time.
        var browsing = Enumerable.Range(0, 16)
            .Select(client => Task.Run(() => Browse(client, paths, answers, closing.Token), Token));
        var evicting = Task.Run(() => Evict(skus, closing.Token), Token);
        var load = Task.WhenAll([.. browsing, evicting]);
        await Waiting.Until(() => answers.Values.Sum() > 500);

        await Shop.Redis.Kill();
        var before = answers.Values.Sum();
        await Waiting.Until(() => answers.Values.Sum() > before + 1_000);
        await Shop.Redis.Start();
        before = answers.Values.Sum();
        await Waiting.Until(() => answers.Values.Sum() > before + 500);
        await closing.CancelAsync();
        await load;

        Assert.Equal(paths.Select(path => $"{path} OK").Order(), answers.Keys.Order());
    }

    [Fact]
    public async Task With_Redis_killed_what_changed_still_shows_on_every_instance()
    {
        var sku = await Shop.Goods.Offer(stock: 0, price: 1_000);
        await Task.WhenAll(Shows(0, sku, 1_000), Shows(1, sku, 1_000));
        await Shop.Redis.Kill();

        await Shop.Goods.Put(sku, 900);

        await Task.WhenAll(Shows(0, sku, 900), Shows(1, sku, 900));
        await Shop.Redis.Start();
    }

    [Fact]
    public async Task With_PostgreSQL_killed_under_load_what_is_kept_goes_on_and_the_rest_is_refused()
    {
        var inMemory = await Shop.Goods.Offer(stock: 0, price: 1_000);
        var nowhere = await Shop.Goods.Offer(stock: 0, price: 3_000);
        string[] paths = [$"/products/{inMemory}", .. Lists(inMemory)];
        var kept = Stopwatch.StartNew();
        await Task.WhenAll(Shows(0, inMemory, 1_000), Shows(1, inMemory, 1_000));
        foreach (var path in paths)
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await Status(0, path), await Status(1, path)));
        var answers = new ConcurrentDictionary<string, int>();
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var load = Task.WhenAll(Enumerable.Range(0, 4)
            .Select(client => Task.Run(() => Browse(client, paths, answers, closing.Token), Token)));
        var (inRedis, price) = await OneInRedisAlone();
        await Shop.Postgres.Kill();

        // Evicted, it would have to be read anew.
        await Publish(inMemory);

        var asked = Stopwatch.StartNew();
        // Longer than the pause between two attempts to read it, and than a list is fresh.
        while (asked.Elapsed < TimeSpan.FromSeconds(4) || kept.Elapsed < TimeSpan.FromSeconds(12))
            Assert.Equal(1_000, await Price(0, inMemory));
        await closing.CancelAsync();
        await load;
        Assert.Equal(paths.Select(path => $"{path} OK").Order(), answers.Keys.Order());
        var (status, problem) = await Get(0, nowhere);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "overloaded"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(price, await Price(0, inRedis));

        await Shop.RestartPostgres();
        await Shows(0, nowhere, 3_000);
        await Shop.Goods.Put(inMemory, 900);
        await Shows(0, inMemory, 900);
    }

    /// <summary>
    /// A product that instance 1 has read and instance 0 has not. None that has just changed, which Redis would not take
    /// yet; and Redis itself may be just back.
    /// </summary>
    private async Task<(string Sku, long Price)> OneInRedisAlone()
    {
        var read = new List<(string Sku, long Price)>();
        return await Waiting.For("a page is in Redis", async () =>
        {
            var sku = await Shop.AnyProduct(number: 10 + read.Count);
            read.Add((sku, await Price(1, sku)));
            foreach (var one in read)
                if (await Shop.IsInRedis(one.Sku)) return one;
            return default;
        }, one => one.Price > 0);
    }

    private async Task Browse(
        int client, IReadOnlyList<string> paths, ConcurrentDictionary<string, int> answers, CancellationToken closing)
    {
        for (var i = client; !closing.IsCancellationRequested; i++)
        {
            var path = paths[i / 2 % paths.Count];
            answers.AddOrUpdate($"{path} {await Status(i % 2, path)}", 1, (_, count) => count + 1);
        }
    }

    private async Task Evict(List<string> skus, CancellationToken closing)
    {
        for (var i = 0; !closing.IsCancellationRequested; i++)
        {
            await Publish(skus[i % skus.Count]);
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
