using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quartz;
using Shop.Contracts;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Messaging;
using Shop.Messaging.DeadLetters;
using Shop.Messaging.Hosting;
using Shop.Messaging.Scheduling;
using Shop.Workers.Fulfillment;
using Shop.Workers.Inventory;
using Xunit;

namespace Shop.IntegrationTests.Fulfillment;

/// <summary>
/// Fulfilment and inventory as they run, on servers of their own, between a carrier and a taker of captures that the tests
/// hold in their hands. Clocks are not waited for: what must be long ago is made so in the database.
/// </summary>
public sealed class FulfillmentHost : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private IHost? _host;

    public TestBroker Broker { get; } = new();

    internal CarrierDouble Carrier { get; private set; } = null!;

    internal CaptureDouble Captures { get; private set; } = null!;

    internal IServiceProvider Services => _host!.Services;

    internal NpgsqlDataSource Source => _database.Source;

    internal Dictionary<Type, TestBroker.Ear> Heard { get; } = [];

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(_database.InitializeAsync().AsTask(), Broker.InitializeAsync().AsTask());
        Carrier = await CarrierDouble.Start();
        await Migrate(new FulfillmentDbContext(ContextOptions.Of<FulfillmentDbContext>(Source)));
        await Migrate(new InventoryDbContext(ContextOptions.Of<InventoryDbContext>(Source)));
        await Migrate(new DeadLettersDbContext(ContextOptions.Of<DeadLettersDbContext>(Source)));
        await RecurringJobs.Provision(_database.ConnectionString, TestContext.Current.CancellationToken);
        foreach (var heard in new[]
        {
            typeof(FulfillmentStopped), typeof(FulfillmentStopRejected), typeof(ParcelHandedOver), typeof(ParcelStopped),
            typeof(FulfillmentDelivered), typeof(ReturnLabelBooked),
        })
            Heard[heard] = await Broker.Listen($"{heard.Namespace}:{heard.Name}");
        Captures = await CaptureDouble.Start(Broker);
        await Start();
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            if (_host is IAsyncDisposable host) await host.DisposeAsync();
        }

        if (Captures is not null) await Captures.DisposeAsync();
        if (Carrier is not null) await Carrier.DisposeAsync();
        await Broker.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>Runs a job now, whenever else it runs.</summary>
    internal async Task Run<TJob>(params object[] with)
        where TJob : IJob =>
        await ActivatorUtilities.CreateInstance<TJob>(Services, with).Execute(null!, TestContext.Current.CancellationToken);

    /// <summary>An order of one SKU at 500 each, and 599 for shipping, that comes from these warehouses and is sold.</summary>
    internal async Task<Placed> Confirm(params (string Warehouse, int Quantity)[] from)
    {
        var order = await Sell(from);
        await Broker.Publish(order.Confirmed);
        return order;
    }

    /// <summary>The same, and its parcels are labelled.</summary>
    internal async Task<Placed> Labelled(params (string Warehouse, int Quantity)[] from)
    {
        var order = await Confirm(from);
        await Book(order.Id);
        return order;
    }

    internal async Task Book(Guid orderId) => await Waiting.For($"the parcels of {orderId} are labelled", async () =>
    {
        await Run<BookParcelsJob>();
        var parcels = await Parcels(orderId);
        return parcels.Count > 0 && parcels.All(parcel => parcel.Status is not (ParcelStatus.Allocated or ParcelStatus.Picking));
    });

    /// <summary>A sold order that fulfilment has not been told of.</summary>
    internal async Task<Placed> Sell(params (string Warehouse, int Quantity)[] from)
    {
        var (orderId, sku) = (Guid.CreateVersion7(), $"SKU-{Guid.NewGuid():N}");
        var quantity = from.Sum(part => part.Quantity);
        await Stock(stockroom => stockroom.Receive(
            [.. from.Select(part => new ReceiveStock
            {
                Sku = sku, Warehouse = part.Warehouse, Quantity = part.Quantity, Reference = "opening",
            })], CancellationToken.None));
        var reserved = Assert.Single(await Stock(stockroom => stockroom.Reserve(
            [new ReserveStock
            {
                OrderId = orderId, Lines = [new StockLine(sku, quantity)], ShipTo = Address, HoldFor = TimeSpan.FromHours(1),
            }], CancellationToken.None)));
        await Stock(stockroom => stockroom.Sell([new SellStock { OrderId = orderId }], CancellationToken.None));
        return new Placed(orderId, sku, new OrderConfirmed
        {
            OrderId = orderId,
            Owner = "guest:test",
            Email = "a@example.org",
            ShippingAddress = Address,
            ShippingMethod = "STANDARD",
            Lines = [new OrderLine(sku, "A thing", quantity, new Money(500, "USD"))],
            Allocations = reserved.Allocations,
            Total = new Money((500 * quantity) + 599, "USD"),
        });
    }

    /// <summary>More units of a SKU, somewhere.</summary>
    internal Task Receive(string sku, string warehouse, int quantity) => Stock(stockroom => stockroom.Receive(
        [new ReceiveStock { Sku = sku, Warehouse = warehouse, Quantity = quantity, Reference = "more" }],
        CancellationToken.None));

    internal async Task<IReadOnlyList<Parcel>> Parcels(Guid orderId)
    {
        await using var context = new FulfillmentDbContext(ContextOptions.Of<FulfillmentDbContext>(Source));
        return await context.Set<Parcel>().AsNoTracking().Where(parcel => parcel.OrderId == orderId)
            .OrderBy(parcel => parcel.Warehouse).ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until the parcels of an order stand so, by warehouse.</summary>
    internal Task<IReadOnlyList<Parcel>> Become(Guid orderId, params string[] statuses) => Waiting.For(
        $"the parcels of {orderId} are {string.Join(' ', statuses)}", () => Parcels(orderId),
        parcels => parcels.Select(parcel => parcel.Status).SequenceEqual(statuses));

    internal Task HandOver(Parcel parcel) => Broker.Command(new HandOverParcel { ParcelId = parcel.Id });

    internal Task Tell(Parcel parcel, string status, string? eventId = null) => Broker.Command(new RecordTracking
    {
        Carrier = parcel.Carrier!,
        TrackingNumber = parcel.TrackingNumber!,
        Status = status,
        At = TimeProvider.System.GetUtcNow(),
        EventId = eventId ?? $"{parcel.Id:N}-{status}",
    });

    /// <summary>How often it was told of an order or a parcel.</summary>
    internal int Count<TEvent>(Guid id) => Heard[typeof(TEvent)].Of(id).Select(heard => heard.MessageId).Distinct().Count();

    internal Task Hears<TEvent>(Guid id) => Waiting.For($"{typeof(TEvent).Name} of {id}", () => Task.FromResult(Count<TEvent>(id) > 0));

    /// <summary>On hand and sold of a SKU, in all warehouses.</summary>
    internal async Task<(int OnHand, int Sold)> StockOf(string sku)
    {
        await using var command = Source.CreateCommand(
            "select coalesce(sum(on_hand), 0)::int, coalesce(sum(sold), 0)::int from inventory.stock_item where sku = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = sku });
        await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await row.ReadAsync(TestContext.Current.CancellationToken);
        return (row.GetInt32(0), row.GetInt32(1));
    }

    internal async Task<T?> Read<T>(string sql, params object[] values)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is { } found and not DBNull ? (T)found : default;
    }

    /// <summary>Lets an hour pass for a parcel, as the database sees it.</summary>
    internal Task Age(Guid orderId) => Read<object>("""
        update fulfillment.parcel set due_at = due_at - interval '4 days', status_since = status_since - interval '4 days',
          capture_since = capture_since - interval '4 days', created_at = created_at - interval '4 days'
        where order_id = $1
        """, orderId);

    internal async Task<IReadOnlyList<string>> Escalations(Guid orderId)
    {
        await using var command = Source.CreateCommand(
            "select kind from fulfillment.escalation_view where order_id = $1 and detail <> '' and raised_at <= now() order by kind");
        command.Parameters.Add(new NpgsqlParameter { Value = orderId });
        await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var kinds = new List<string>();
        while (await row.ReadAsync(TestContext.Current.CancellationToken)) kinds.Add(row.GetString(0));
        return kinds;
    }

    internal async Task<StockAudit> Audit()
    {
        await using var connection = await Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return await StockAudit.Read(connection, TestContext.Current.CancellationToken);
    }

    private static Address Address { get; } = new("Ada", "1 Main Street", null, "Bloomington", "MN", "55425", "US");

    private async Task<T> Stock<T>(Func<Stockroom, Task<T>> work)
    {
        var maps = Services.GetRequiredService<CurrentWarehouseMap>();
        await using var connection = await Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        var outcome = await work(new Stockroom(maps, connection, transaction, batch));
        await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        return outcome;
    }

    private static async Task Migrate(DbContext context)
    {
        await using (context) await context.Database.MigrateAsync(TestContext.Current.CancellationToken);
    }

    private async Task Start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "Tests" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Fulfillment"] = _database.ConnectionString,
            ["ConnectionStrings:Inventory"] = _database.ConnectionString,
            ["ConnectionStrings:Messaging"] = _database.ConnectionString,
            ["ConnectionStrings:RabbitMq"] = Broker.ConnectionString,
            ["Carrier:Address"] = Carrier.Address,
            ["Carrier:Code"] = CarrierDouble.Code,
            ["Carrier:ApiKey"] = CarrierDouble.Key,
        });
        if (Environment.GetEnvironmentVariable("SHOP_TEST_LOG") is { Length: > 0 } level)
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(Enum.Parse<LogLevel>(level));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddInventory();
        builder.AddFulfillment();
        ShopBus.Add(builder, bus =>
        {
            bus.Inventory();
            bus.Fulfillment();
        });
        builder.Services.Configure<MassTransitHostOptions>(options =>
        {
            options.WaitUntilStarted = true;
            options.StopTimeout = TimeSpan.FromSeconds(3);
            options.ConsumerStopTimeout = TimeSpan.FromSeconds(1);
        });
        _host = builder.Build();
        await _host.StartAsync(TestContext.Current.CancellationToken);
    }
}

/// <summary>An order that is sold.</summary>
internal sealed record Placed(Guid Id, string Sku, OrderConfirmed Confirmed);
