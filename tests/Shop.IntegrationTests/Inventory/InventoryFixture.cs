using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Contracts;
using Shop.Contracts.Inventory;
using Shop.Messaging.Hosting;
using Shop.Workers.Inventory;
using Xunit;

namespace Shop.IntegrationTests.Inventory;

/// <summary>A migrated database, and the words that the tests speak. Each test takes SKUs of its own.</summary>
public sealed class InventoryFixture : IAsyncLifetime
{
    private readonly TestDatabase _database = new();

    internal CurrentWarehouseMap Maps { get; } = new(TimeProvider.System);

    internal NpgsqlDataSource Source => _database.Source;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await using var context = Context();
        await context.Database.MigrateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Maps.Dispose();
        await _database.DisposeAsync();
    }

    internal InventoryDbContext Context() => new(ContextOptions.Of<InventoryDbContext>(Source));

    /// <summary>A SKU that no other test has, with so many units in each of the warehouses named.</summary>
    internal async Task<string> Stocked(params (string Warehouse, int Units)[] shelves)
    {
        var sku = $"SKU-{Guid.NewGuid():N}";
        if (shelves.Length > 0)
            await Receive(shelves.Select(shelf => Receipt(sku, shelf.Warehouse, shelf.Units)).ToArray());
        return sku;
    }

    /// <summary>Opens a sale that has begun, or changes its terms.</summary>
    internal async Task Sale(string sku, int perPersonLimit, int quantity, TimeSpan? startsIn = null, TimeSpan? endsIn = null)
    {
        var now = DateTimeOffset.UtcNow;
        await Put(new PutSale
        {
            Sku = sku,
            StartsAt = now + (startsIn ?? TimeSpan.FromHours(-1)),
            EndsAt = now + (endsIn ?? TimeSpan.FromHours(1)),
            PerPersonLimit = perPersonLimit,
            Quantity = quantity,
            AskedAt = now,
        });
    }

    internal async Task Put(PutSale sale)
    {
        await using var batch = Source.CreateBatch();
        PutSaleConsumer.Append(batch, sale, RandomNumberGenerator.GetBytes(32));
        await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    internal static ReserveStock Buys(string buyer, string sku, int quantity) =>
        Order(new StockLine(sku, quantity)) with { Buyer = buyer };

    internal static ReserveStock Order(params StockLine[] lines) => OrderOf(Guid.CreateVersion7(), lines);

    internal static ReserveStock OrderOf(Guid order, params StockLine[] lines) => new()
    {
        OrderId = order,
        Lines = lines,
        ShipTo = new Address("Ada", "1 Main Street", null, "Bloomington", "MN", "55425", "US"),
        HoldFor = TimeSpan.FromMinutes(15),
    };

    internal static ReceiveStock Receipt(string sku, string warehouse, int units, string reference = "opening") =>
        new() { Sku = sku, Warehouse = warehouse, Quantity = units, Reference = reference };

    internal Task<IReadOnlyList<ReserveOutcome>> Reserve(params ReserveStock[] commands) =>
        Commit((stockroom, cancellation) => stockroom.Reserve(commands, cancellation));

    internal Task<IReadOnlyList<SellOutcome>> Sell(params Guid[] orders) => Commit((stockroom, cancellation) =>
        stockroom.Sell(orders.Select(order => new SellStock { OrderId = order }).ToList(), cancellation));

    internal Task<IReadOnlyList<ReleaseOutcome>> Release(params Guid[] orders) => Commit((stockroom, cancellation) =>
        stockroom.Release(
            orders.Select(order => new ReleaseStock { OrderId = order, Reason = "cancelled" }).ToList(), cancellation));

    internal Task<IReadOnlyList<bool>> Ship(params ShipStock[] commands) =>
        Commit((stockroom, cancellation) => stockroom.Ship(commands, cancellation));

    internal async Task<ReallocateOutcome> Reallocate(ReallocateStock command) =>
        Assert.Single(await Commit((stockroom, cancellation) => stockroom.Reallocate([command], cancellation)));

    internal Task<IReadOnlyList<bool>> TakeBack(params RestockReturn[] commands) =>
        Commit((stockroom, cancellation) => stockroom.TakeBack(commands, cancellation));

    internal static ShipStock Parcel(Guid order, string warehouse, string sku, int quantity) => new()
    {
        OrderId = order, ParcelId = Guid.NewGuid(), Warehouse = warehouse, Lines = [new StockLine(sku, quantity)],
    };

    internal static ReallocateStock Elsewhere(Guid order, string warehouse, string sku, int quantity) => new()
    {
        OrderId = order,
        ParcelId = Guid.NewGuid(),
        Warehouse = warehouse,
        Lines = [new StockLine(sku, quantity)],
        ShipTo = new Address("Ada", "1 Main Street", null, "Bloomington", "MN", "55425", "US"),
        Reason = "the shelf is empty",
    };

    internal Task<IReadOnlyList<Guid>> Expire(int most = 100) =>
        Commit((stockroom, cancellation) => stockroom.Expire(most, cancellation));

    internal Task<IReadOnlyList<ReceiveOutcome>> Receive(params ReceiveStock[] commands) =>
        Commit((stockroom, cancellation) => stockroom.Receive(commands, cancellation));

    /// <summary>One unit of work: decide, write, commit, and fail if another was in the way.</summary>
    internal async Task<T> Commit<T>(Func<Stockroom, CancellationToken, Task<T>> work)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var connection = await Source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        var outcome = await work(new Stockroom(Maps, connection, transaction, batch), cancellation);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return outcome;
    }

    internal async Task<(int OnHand, int Reserved, int Sold)> Stock(string sku)
    {
        await using var context = Context();
        var items = await context.StockItems.Where(item => item.Sku == sku).ToListAsync(
            TestContext.Current.CancellationToken);
        return (items.Sum(item => item.OnHand), items.Sum(item => item.Reserved), items.Sum(item => item.Sold));
    }

    internal async Task Execute(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Moves the deadlines of holds into the past, rather than wait for them.</summary>
    internal Task PassDeadlines(params Guid[] orders) => Execute(
        $"""
        update inventory.reservation set expires_at = now() - interval '1 s'
        where state = 'HELD' and order_id in
          (select order_id from inventory.reservation where order_id in ('{string.Join("','", orders)}')
           order by order_id for no key update)
        """);

    internal async Task<StockAudit> Audit()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var connection = await Source.OpenConnectionAsync(cancellation);
        return await StockAudit.Read(connection, cancellation);
    }
}
