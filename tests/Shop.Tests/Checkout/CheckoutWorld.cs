using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shop.Contracts;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Contracts.Payments;
using Shop.Messaging;
using Shop.Sagas.Checkout;

namespace Shop.Tests.Checkout;

/// <summary>
/// Many checkouts on an in-memory bus among models of inventory, payments and fulfilment that keep to their contracts,
/// where every message may be late, twice, and ahead of the one before it.
/// </summary>
internal sealed class CheckoutWorld : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly ITestHarness _harness;
    private readonly ISagaStateMachineTestHarness<CheckoutStateMachine, Order> _sagas;

    private CheckoutWorld(int seed)
    {
        Fate = new Fate(seed);
        _provider = new ServiceCollection()
            .AddSingleton(Options.Create(new CheckoutOptions()))
            .AddSingleton(Fate)
            .AddSingleton(Books)
            .AddMassTransitTestHarness(TextWriter.Null, bus =>
            {
                bus.AddDelayedMessageScheduler();
                bus.AddSagaStateMachine<CheckoutStateMachine, Order>().InMemoryRepository();
                bus.AddConsumers(typeof(StockModel), typeof(PaymentModel), typeof(FulfillmentModel));
                bus.UsingInMemory((context, memory) =>
                {
                    memory.UseDelayedMessageScheduler();
                    Listen<StockModel>(context, memory, typeof(ReserveStock), typeof(SellStock), typeof(ReleaseStock));
                    Listen<PaymentModel>(context, memory, typeof(AuthorizePayment), typeof(ResolvePayment), typeof(VoidPayment));
                    Listen<FulfillmentModel>(context, memory, typeof(StopFulfillment));
                    memory.ReceiveEndpoint(Queues.Checkout, endpoint => endpoint.ConfigureSaga<Order>(context));
                });
            })
            .BuildServiceProvider(validateScopes: true);
        _harness = _provider.GetRequiredService<ITestHarness>();
        _harness.TestInactivityTimeout = Fate.Longest * 50;
        _sagas = _harness.GetSagaStateMachineHarness<CheckoutStateMachine, Order>();
    }

    public Fate Fate { get; }

    public Books Books { get; } = new();

    public static async Task<CheckoutWorld> Start(int seed)
    {
        var world = new CheckoutWorld(seed);
        await world._harness.Start();
        return world;
    }

    /// <summary>What may come late and twice.</summary>
    public async Task Tell<T>(T message)
        where T : class => await Fate.Deliver(() => _harness.Bus.Publish(message));

    /// <summary>Messages that someone could not answer.</summary>
    public IEnumerable<string> Faults => _harness.Published.Select(_ => true, new CancellationToken(canceled: true))
        .Where(message => message.MessageObject is Fault).Select(message => message.ShortTypeName);

    public Order? Find(Guid orderId) => _sagas.Sagas.Contains(orderId);

    /// <summary>Until the order has shown so many statuses, or ended.</summary>
    public async Task Reaches(Guid orderId, int statuses)
    {
        for (var left = 2_000; left > 0; left--)
        {
            if (statuses == 0 || Find(orderId) is { } order && (order.HistorySequence >= statuses || order.Failure is not null))
                return;
            await Task.Delay(10);
        }

        throw new TimeoutException($"Order {orderId} has not shown {statuses} statuses.");
    }

    /// <summary>Until nothing is under way any more.</summary>
    public Task Settle() => _harness.InactivityTask;

    public async ValueTask DisposeAsync() => await _provider.DisposeAsync();

    private static void Listen<TModel>(
        IRegistrationContext context, IInMemoryBusFactoryConfigurator memory, params Type[] commands)
        where TModel : class, IConsumer
    {
        // The model takes several kinds of command, each from its own queue; events are subscribed to once.
        foreach (var command in commands)
            memory.ReceiveEndpoint(QueueNames.OfCommand(command), endpoint =>
            {
                endpoint.ConfigureConsumeTopology = command == typeof(StopFulfillment);
                endpoint.ConfigureConsumer<TModel>(context);
            });
    }
}

/// <summary>Lets messages be late, twice and out of order, by a seed.</summary>
internal sealed class Fate(int seed)
{
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(60);

    private readonly Random _random = new(seed);

    public int Next(int most)
    {
        lock (_random) return _random.Next(most);
    }

    /// <summary>Once or twice, each after a while of its own.</summary>
    public Task Deliver(Func<Task> send)
    {
        var times = Next(4) == 0 ? 2 : 1;
        for (var i = 0; i < times; i++) _ = Later(send, TimeSpan.FromMilliseconds(Next((int)Longest.TotalMilliseconds)));
        return Task.CompletedTask;
    }

    private static async Task Later(Func<Task> send, TimeSpan delay)
    {
        await Task.Delay(delay);
        await send();
    }
}

/// <summary>What the models hold of each order.</summary>
internal sealed class Books
{
    public ConcurrentDictionary<Guid, string> Stock { get; } = new();

    public ConcurrentDictionary<Guid, string> Money { get; } = new();

    public ConcurrentDictionary<Guid, string> Parcels { get; } = new();

    public ConcurrentDictionary<Guid, int> Voids { get; } = new();
}

internal sealed class StockModel(Books books, Fate fate, IBus bus)
    : IConsumer<ReserveStock>, IConsumer<SellStock>, IConsumer<ReleaseStock>
{
    public Task Consume(ConsumeContext<ReserveStock> context)
    {
        var order = context.Message.OrderId;
        return books.Stock.GetOrAdd(order, "HELD") == "RELEASED"
            ? fate.Deliver(() => bus.Publish(new StockRejected { OrderId = order, Shortages = [] }))
            : fate.Deliver(() => bus.Publish(
                new StockReserved { OrderId = order, Allocations = [new Allocation("W1", "SKU-1", 2)] }));
    }

    public Task Consume(ConsumeContext<SellStock> context)
    {
        var order = context.Message.OrderId;
        return books.Stock.TryUpdate(order, "SOLD", "HELD") || books.Stock[order] == "SOLD"
            ? Task.CompletedTask
            : fate.Deliver(() => bus.Publish(new StockSaleRejected { OrderId = order }));
    }

    public Task Consume(ConsumeContext<ReleaseStock> context)
    {
        books.Stock[context.Message.OrderId] = "RELEASED";
        return Task.CompletedTask;
    }
}

internal sealed class PaymentModel(Books books, Fate fate, IBus bus)
    : IConsumer<AuthorizePayment>, IConsumer<ResolvePayment>, IConsumer<VoidPayment>
{
    public Task Consume(ConsumeContext<AuthorizePayment> context)
    {
        var order = context.Message.OrderId;
        books.Money.GetOrAdd(order, fate.Next(5) == 0 ? "DECLINED" : "AUTHORIZED");
        return Answer(order);
    }

    public Task Consume(ConsumeContext<ResolvePayment> context) => Answer(context.Message.OrderId);

    public Task Consume(ConsumeContext<VoidPayment> context)
    {
        var order = context.Message.OrderId;
        if (books.Money.TryUpdate(order, "VOIDED", "AUTHORIZED")) books.Voids.AddOrUpdate(order, 1, (_, voids) => voids + 1);
        else books.Money.TryAdd(order, "VOIDED");
        return fate.Deliver(() => bus.Publish(new PaymentVoided { OrderId = order }));
    }

    private Task Answer(Guid order) => books.Money.GetValueOrDefault(order) switch
    {
        "AUTHORIZED" => fate.Deliver(() => bus.Publish(new PaymentAuthorized
        {
            OrderId = order, ProviderReference = "pi_1", Amount = new Money(1_000, "USD"),
        })),
        "DECLINED" => fate.Deliver(() => bus.Publish(new PaymentDeclined { OrderId = order, Code = "no", Detail = "No." })),
        "VOIDED" => fate.Deliver(() => bus.Publish(new PaymentVoided { OrderId = order })),
        _ => Task.CompletedTask,
    };
}

internal sealed class FulfillmentModel(Books books, Fate fate, IBus bus)
    : IConsumer<StopFulfillment>, IConsumer<OrderConfirmed>
{
    public async Task Consume(ConsumeContext<OrderConfirmed> context)
    {
        // Some are given to a carrier sooner than anyone can ask for them.
        var order = context.Message.OrderId;
        if (!books.Parcels.TryAdd(order, fate.Next(3) == 0 ? "GONE" : "OPEN") || books.Parcels[order] != "GONE") return;
        await fate.Deliver(() => bus.Publish(new ParcelHandedOver
        {
            OrderId = order,
            ParcelId = order,
            Warehouse = "W1",
            Carrier = "carrier",
            TrackingNumber = "RA473124829GB",
            Lines = [new StockLine("SKU-1", 2)],
        }));
        await fate.Deliver(() => bus.Publish(new FulfillmentDelivered { OrderId = order }));
    }

    public Task Consume(ConsumeContext<StopFulfillment> context)
    {
        var order = context.Message.OrderId;
        if (books.Parcels.GetValueOrDefault(order) == "GONE")
            return fate.Deliver(() => bus.Publish(new FulfillmentStopRejected { OrderId = order }));
        books.Parcels[order] = "STOPPED";
        return fate.Deliver(() => bus.Publish(new FulfillmentStopped { OrderId = order }));
    }
}
