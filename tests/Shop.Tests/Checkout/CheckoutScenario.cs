using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shop.Contracts;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Contracts.Payments;
using Shop.Sagas.Checkout;
using Xunit;

namespace Shop.Tests.Checkout;

/// <summary>One checkout on an in-memory bus, told step by step; each step waits for the state it leads to.</summary>
internal sealed class CheckoutScenario : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly ITestHarness _harness;
    private readonly ISagaStateMachineTestHarness<CheckoutStateMachine, Order> _sagas;

    private CheckoutScenario(CheckoutOptions patience)
    {
        _provider = new ServiceCollection()
            .AddSingleton(Options.Create(patience))
            .AddMassTransitTestHarness(TextWriter.Null, bus =>
            {
                bus.AddDelayedMessageScheduler();
                bus.AddSagaStateMachine<CheckoutStateMachine, Order>().InMemoryRepository();
                bus.UsingInMemory((context, memory) =>
                {
                    memory.UseDelayedMessageScheduler();
                    memory.ConfigureEndpoints(context);
                });
            })
            .BuildServiceProvider(validateScopes: true);
        _harness = _provider.GetRequiredService<ITestHarness>();
        _harness.TestInactivityTimeout = TimeSpan.FromSeconds(5);
        _sagas = _harness.GetSagaStateMachineHarness<CheckoutStateMachine, Order>();
    }

    public Guid OrderId { get; } = Guid.NewGuid();
    public CheckoutStateMachine Machine => _sagas.StateMachine;
    public Order Order => _sagas.Sagas.Contains(OrderId)!;

    public static async Task<CheckoutScenario> Start(CheckoutOptions? patience = null)
    {
        var scenario = new CheckoutScenario(patience ?? new CheckoutOptions());
        await scenario._harness.Start();
        return scenario;
    }

    public static async Task<CheckoutScenario> Submitted(CheckoutOptions? patience = null)
    {
        var scenario = await Start(patience);
        await scenario.Tell(scenario.Submit, machine => machine.ReservingStock);
        return scenario;
    }

    public static async Task<CheckoutScenario> Reserved(CheckoutOptions? patience = null)
    {
        var scenario = await Submitted(patience);
        await scenario.Tell(scenario.StockReserved, machine => machine.AuthorizingPayment);
        return scenario;
    }

    public static async Task<CheckoutScenario> Confirmed(CheckoutOptions? patience = null)
    {
        var scenario = await Reserved(patience);
        await scenario.Tell(scenario.PaymentAuthorized, machine => machine.Confirmed);
        return scenario;
    }

    public static async Task<CheckoutScenario> Shipped(CheckoutOptions? patience = null)
    {
        var scenario = await Confirmed(patience);
        await scenario.Tell(scenario.ParcelHandedOver, machine => machine.Shipped);
        return scenario;
    }

    public SubmitCheckout Submit => SubmitOf(OrderId);

    public static SubmitCheckout SubmitOf(Guid orderId) => new()
    {
        OrderId = orderId,
        Owner = "guest:test",
        Email = "a@example.org",
        ShippingAddress = new Address("A", "1 Main St", null, "Bloomington", "MN", "55425", "US"),
        ShippingMethod = "STANDARD",
        PaymentMethod = "pm_card_visa",
        Lines = [new OrderLine("SKU-1", "One", 2, new Money(500, "USD"))],
        Shipping = new Money(0, "USD"),
        Total = new Money(1_000, "USD"),
        AcceptedAt = DateTimeOffset.UnixEpoch,
    };

    public CancelOrder Cancel => new() { OrderId = OrderId };
    public FulfillmentStopped FulfillmentStopped => new() { OrderId = OrderId };
    public FulfillmentStopRejected FulfillmentStopRejected => new() { OrderId = OrderId };
    public FulfillmentDelivered FulfillmentDelivered => new() { OrderId = OrderId };

    public ParcelHandedOver ParcelHandedOver => new()
    {
        OrderId = OrderId,
        ParcelId = OrderId,
        Warehouse = "W1",
        Carrier = "carrier",
        TrackingNumber = "RA473124829GB",
        Lines = [new StockLine("SKU-1", 2)],
    };

    public StockReserved StockReserved => new() { OrderId = OrderId, Allocations = [new Allocation("W1", "SKU-1", 2)] };
    public StockRejected StockRejected => new() { OrderId = OrderId, Shortages = [new Shortage("SKU-1", 2, 1)] };
    public StockSaleRejected StockSaleRejected => new() { OrderId = OrderId };
    public ReservationExpired ReservationExpired => new() { OrderId = OrderId };
    public PaymentVoided PaymentVoided => new() { OrderId = OrderId };

    public PaymentAuthorized PaymentAuthorized => new()
    {
        OrderId = OrderId, ProviderReference = "pi_1", Amount = new Money(1_000, "USD"),
    };

    public PaymentDeclined PaymentDeclined => new() { OrderId = OrderId, Code = "card_declined", Detail = "No." };

    /// <summary>Publishes the message and waits until the machine has taken it, and stands in the state.</summary>
    public async Task Tell<T>(T message, Func<CheckoutStateMachine, State> leadsTo)
        where T : class
    {
        await _harness.Bus.Publish(message);
        Assert.True(await _sagas.Consumed.Any<T>(), $"{typeof(T).Name} was not consumed.");
        await Reach(leadsTo);
    }

    public async Task Reach(Func<CheckoutStateMachine, State> state) =>
        Assert.NotNull(await _sagas.Exists(OrderId, state(Machine), TimeSpan.FromSeconds(10)));

    public Task<bool> Sent<T>()
        where T : class => _harness.Sent.Any<T>();

    public Task<bool> Published<T>(Func<T, bool> which)
        where T : class => _harness.Published.Any<T>(message => which(message.Context.Message));

    /// <summary>How many were sent by now, without waiting for any.</summary>
    public int CountSent<T>()
        where T : class => _harness.Sent.Select<T>(new CancellationToken(canceled: true)).Count();

    /// <summary>Waits until so many were sent.</summary>
    public async Task SentTimes<T>(int times)
        where T : class =>
        Assert.Equal(times, await AsyncEnumerable.Take(
            _harness.Sent.SelectAsync<T>(TestContext.Current.CancellationToken), times).CountAsync());

    public async ValueTask DisposeAsync() => await _provider.DisposeAsync();
}
