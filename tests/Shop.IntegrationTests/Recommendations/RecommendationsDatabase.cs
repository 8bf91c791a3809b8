using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Contracts;
using Shop.Contracts.Orders;
using Shop.Contracts.Recommendations;
using Shop.IntegrationTests.Catalog;
using Shop.Messaging.Hosting;
using Shop.Workers.Recommendations;
using StackExchange.Redis;
using Xunit;

namespace Shop.IntegrationTests.Recommendations;

/// <summary>
/// A database with the catalogue and the schema of the recommendations, and keys of its own in Redis. Everything is
/// emptied for each test.
/// </summary>
public sealed class RecommendationsDatabase : IAsyncLifetime
{
    private readonly CatalogDatabase _catalog = new();
    private readonly string _prefix = $"shop_test_{Guid.NewGuid():N}:";
    private ConnectionMultiplexer _redis = null!;
    private ReadsDatabase _reads = null!;

    internal NpgsqlDataSource Source => _catalog.Source;

    internal BasketCounter Counter { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _catalog.InitializeAsync();
        await using var context = new RecommendationsDbContext(ContextOptions.Of<RecommendationsDbContext>(Source));
        await context.Database.MigrateAsync();
        _redis = await ConnectionMultiplexer.ConnectAsync(Environment.GetEnvironmentVariable("SHOP_TEST_REDIS")
            ?? throw new InvalidOperationException("SHOP_TEST_REDIS is not set. It must name a Redis server for tests."));
        _reads = new ReadsDatabase(Source);
        Counter = new BasketCounter(Database);
    }

    public async ValueTask DisposeAsync()
    {
        await Flush();
        await _redis.DisposeAsync();
        await _catalog.DisposeAsync();
    }

    internal async Task Empty()
    {
        await Flush();
        await Run("""
            truncate recommendations.basket, recommendations.product_count, recommendations.pair_count,
                recommendations.order_count
            """);
    }

    /// <summary>As a server that was flushed.</summary>
    internal async Task Flush()
    {
        foreach (var server in _redis.GetServers())
            await foreach (var key in server.KeysAsync(pattern: $"{_prefix}*"))
                await _redis.GetDatabase().KeyDeleteAsync(key);
    }

    internal static OrderConfirmed Order(params (string Sku, int Quantity)[] lines) => new()
    {
        OrderId = Guid.CreateVersion7(),
        Owner = "guest:someone",
        Email = "",
        ShippingAddress = new Address("", "", null, "", null, "", ""),
        ShippingMethod = "STANDARD",
        Lines = [.. lines.Select(line => new OrderLine(line.Sku, line.Sku, line.Quantity, new Money(1, "USD")))],
        Allocations = [],
        Total = new Money(1, "USD"),
    };

    internal static OrderConfirmed Order(params string[] skus) => Order([.. skus.Select(sku => (sku, 1))]);

    internal Task Confirm(params OrderConfirmed[] orders) => Write(batch => BasketWriter.Record(batch, orders));

    internal Task End(params Guid[] orders) => Write(batch => BasketWriter.TakeBack(batch, orders.Select(order =>
        new OrderEnded { OrderId = order, Status = "CANCELLED", Reason = "", WasConfirmed = true })));

    internal Task<int> Count() => Counter.Count(TestContext.Current.CancellationToken);

    internal Task Forget() => Counter.CountAndForget(TimeSpan.FromDays(90), TestContext.Current.CancellationToken);

    internal Task<int> Rank(IConnectionMultiplexer? redis = null) => new Ranker(
        Database, _reads, redis ?? _redis,
        Options.Create(new RedisOptions { KeyPrefix = _prefix }),
        Options.Create(new RecommendationOptions { RankAgainAfter = TimeSpan.FromMilliseconds(1) }))
        .Rank(TestContext.Current.CancellationToken);

    /// <summary>Counts, then ranks.</summary>
    internal async Task<int> CountAndRank()
    {
        await Count();
        return await Rank();
    }

    /// <summary>What Redis has for a product; null if nothing.</summary>
    internal async Task<IReadOnlyList<string>?> Related(string sku) =>
        (string?)await _redis.GetDatabase().StringGetAsync(_prefix + RelatedProducts.KeyOf(sku)) is { } stored
            ? RelatedProducts.Read(stored)
            : null;

    internal Task<TimeSpan?> TimeToLive(string sku) =>
        _redis.GetDatabase().KeyTimeToLiveAsync(_prefix + RelatedProducts.KeyOf(sku));

    /// <summary>
    /// All counts, such as <c>2 orders; A 2/5 B 1/1; A+B 1</c>: orders and units of each product, orders of each pair.
    /// </summary>
    internal Task<string> Counts() => Read<string>("""
        select concat(
            coalesce((select orders from recommendations.order_count), 0), ' orders; ',
            (select string_agg(concat(sku, ' ', orders, '/', units), ' ' order by sku)
                from recommendations.product_count where orders <> 0 or units <> 0), '; ',
            (select string_agg(concat(sku, '+', other, ' ', orders), ' ' order by sku, other)
                from recommendations.pair_count where orders <> 0))
        """);

    /// <summary>The same, counted anew from the baskets that stand.</summary>
    internal Task<string> Recount() => Read<string>("""
        with lines as (
            select order_id, sku, quantity from recommendations.basket, unnest(skus, quantities) l (sku, quantity)
            where not cancelled
        ), products as (
            select sku, count(*) as orders, sum(quantity) as units from lines group by sku
        ), pairs as (
            select a.sku, b.sku as other, count(*) as orders
            from lines a join lines b on a.order_id = b.order_id and a.sku < b.sku group by a.sku, b.sku
        )
        select concat(
            (select count(*) from recommendations.basket where not cancelled), ' orders; ',
            (select string_agg(concat(sku, ' ', orders, '/', units), ' ' order by sku) from products), '; ',
            (select string_agg(concat(sku, '+', other, ' ', orders), ' ' order by sku, other) from pairs))
        """);

    internal async Task<T> Read<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    internal async Task Run(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    internal Task Import() => _catalog.Import("--stock", "5");

    private Database<RecommendationsDbContext> Database => new(Source, RecommendationsDbContext.Schema);

    private async Task Write(Action<NpgsqlBatch> append)
    {
        await using var connection = await Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var batch = connection.CreateBatch();
        append(batch);
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}

/// <summary>Tests of the recommendations share one database, and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class RecommendationsTests : ICollectionFixture<RecommendationsDatabase>
{
    public const string Name = "recommendations";
}
