using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shop.Api.Cart;
using Shop.Api.Requests;
using Shop.Contracts;
using Shop.Messaging.Hosting;
using StackExchange.Redis;
using Xunit;

namespace Shop.IntegrationTests.Carts;

/// <summary>Carts on real servers, without a host around them. Each test has owners of its own.</summary>
public sealed class CartsFixture : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private readonly string _prefix = $"shop_test_{Guid.NewGuid():N}:";

    internal ConnectionMultiplexer Connection { get; private set; } = null!;

    internal CartRedis Redis { get; private set; } = null!;

    internal CartStore Carts { get; private set; } = null!;

    internal CartMerges Merges { get; private set; } = null!;

    internal FrozenCarts Frozen { get; private set; } = null!;

    internal SpentCarts Spent { get; private set; } = null!;

    private Database<RequestsDbContext> Requests => new(_database.Source, RequestsDbContext.Schema);

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await using (var context = new RequestsDbContext(ContextOptions.Of<RequestsDbContext>(_database.Source)))
            await context.Database.MigrateAsync();
        Connection = await ConnectionMultiplexer.ConnectAsync(
            Environment.GetEnvironmentVariable("SHOP_TEST_REDIS") ?? throw new InvalidOperationException(
                "SHOP_TEST_REDIS is not set. It must name a Redis server for tests, such as \"127.0.0.1:6379\"."));
        Redis = new CartRedis(Connection, Options.Create(new RedisOptions { KeyPrefix = _prefix }));
        Carts = new CartStore(Redis, TimeProvider.System);
        Spent = new SpentCarts(Requests);
        Frozen = new FrozenCarts(Redis, Carts, Spent, TimeProvider.System, NullLogger<FrozenCarts>.Instance);
        Merges = new CartMerges(Redis, Frozen, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        if (Connection is not null)
        {
            foreach (var server in Connection.GetServers())
                await foreach (var key in server.KeysAsync(pattern: $"{_prefix}*"))
                    await Connection.GetDatabase().KeyDeleteAsync(key);
            await Connection.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    internal static string NewGuest() => $"guest:{Guid.NewGuid():N}";

    internal static string NewPerson() => $"user:{Guid.NewGuid():N}";

    internal async Task<CartChange> Add(string owner, string sku, int quantity = 1, long price = 100) =>
        await Carts.Add(owner, sku, quantity, new Money(price, "USD"));

    /// <summary>Writes lines past the scripts.</summary>
    internal Task Fill(string owner, IEnumerable<CartLine> lines)
    {
        HashEntry[] fields = [.. lines.Select(line =>
            new HashEntry(line.Sku, line.Quantity + CartLine.Tail(line.UnitPrice, line.AddedAt)))];
        return fields.Length == 0
            ? Task.CompletedTask
            : Connection.GetDatabase().HashSetAsync(Redis.Cart(owner), fields);
    }

    /// <summary>What is in it, as <c>SKU×quantity</c>, in order.</summary>
    internal async Task<string> Told(string owner) =>
        string.Join(' ', (await Carts.Read(owner)).Lines.Select(line => $"{line.Sku}×{line.Quantity}"));

    /// <summary>As it would be had its checkout begun long ago.</summary>
    internal async Task Age(string owner)
    {
        var redis = Connection.GetDatabase();
        foreach (var field in await redis.HashGetAllAsync(Redis.Frozen(owner)))
        {
            var stored = (string)field.Value!;
            await redis.HashSetAsync(
                Redis.Frozen(owner), field.Name, "1" + stored[stored.IndexOf('|', StringComparison.Ordinal)..]);
        }
    }

    /// <summary>Spends a cart on an order, as a checkout's commit does.</summary>
    internal async Task Order(Guid generation, Guid orderId)
    {
        await using var command = _database.Source.CreateCommand(
            "insert into requests.spent_cart (cart_id, order_id) values ($1, $2)");
        command.Parameters.AddWithValue(generation);
        command.Parameters.AddWithValue(orderId);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Lets days go by for what was written of a cart's end, and for who forgets old rows.</summary>
    internal async Task Forget(Guid generation, int daysLater)
    {
        await using var command = _database.Source.CreateCommand(
            "update requests.spent_cart set created_at = created_at - $2 where cart_id = $1");
        command.Parameters.AddWithValue(generation);
        command.Parameters.AddWithValue(TimeSpan.FromDays(daysLater));
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
        await new ForgetRequestsJob(Requests).Execute(null!, TestContext.Current.CancellationToken);
    }

    /// <summary>Keys of accepted requests that are this old, once those that are too old are forgotten.</summary>
    internal async Task<IReadOnlyList<string>> Remembered(IReadOnlyDictionary<string, TimeSpan> requests)
    {
        var owner = NewGuest();
        foreach (var (key, age) in requests)
        {
            await using var insert = _database.Source.CreateCommand("""
                insert into requests.accepted_request
                    (owner, key, fingerprint, order_id, status_code, headers, body, placed, created_at)
                values ($1, $2, '', gen_random_uuid(), 202, '{}', '', '{}', now() - $3)
                """);
            insert.Parameters.AddWithValue(owner);
            insert.Parameters.AddWithValue(key);
            insert.Parameters.AddWithValue(age);
            await insert.ExecuteNonQueryAsync();
        }

        await new ForgetRequestsJob(Requests).Execute(null!, TestContext.Current.CancellationToken);
        await using var select = _database.Source.CreateCommand(
            "select coalesce(array_agg(key order by key), '{}') from requests.accepted_request where owner = $1");
        select.Parameters.AddWithValue(owner);
        return (string[])(await select.ExecuteScalarAsync())!;
    }
}
