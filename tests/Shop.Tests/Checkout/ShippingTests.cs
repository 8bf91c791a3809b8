using Shop.Contracts.Fulfillment;
using Shop.Contracts.Orders;
using Shop.Contracts.Payments;
using Shop.Contracts.Inventory;
using Shop.Sagas.Checkout;
using Xunit;

namespace Shop.Tests.Checkout;

/// <summary>What an order does when its parcels move, and when what it lives on is lost meanwhile.</summary>
public sealed class ShippingTests
{
    private static readonly string[] UntilShipped =
        [OrderStatus.Received, OrderStatus.PendingPayment, OrderStatus.Confirmed, OrderStatus.Shipped];

    [Fact]
    public async Task The_first_parcel_that_leaves_makes_it_shipped_and_paid()
    {
        await using var checkout = await CheckoutScenario.Shipped();

        Assert.Equal(UntilShipped, Statuses(checkout.Order));
        Assert.Equal(PaymentStatus.Captured, checkout.Order.PaymentStatus);
        Assert.True(await checkout.Published<OrderShipped>(shipped => shipped.TrackingNumber == "RA473124829GB"));
    }

    [Fact]
    public async Task A_second_parcel_changes_nothing()
    {
        await using var checkout = await CheckoutScenario.Shipped();

        await checkout.Tell(checkout.ParcelHandedOver with { ParcelId = Guid.NewGuid() }, machine => machine.Shipped);

        Assert.Equal(UntilShipped, Statuses(checkout.Order));
    }

    [Fact]
    public async Task When_all_has_arrived_it_is_delivered()
    {
        await using var checkout = await CheckoutScenario.Shipped();

        await checkout.Tell(checkout.FulfillmentDelivered, machine => machine.Delivered);
        await checkout.Tell(checkout.FulfillmentDelivered, machine => machine.Delivered);

        Assert.Equal([.. UntilShipped, OrderStatus.Delivered], Statuses(checkout.Order));
        Assert.True(await checkout.Published<OrderDelivered>(_ => true));
    }

    [Fact]
    public async Task An_arrival_that_overtakes_the_hand_over_waits_for_it()
    {
        await using var checkout = await CheckoutScenario.Confirmed();

        await checkout.Tell(checkout.FulfillmentDelivered, machine => machine.Confirmed);
        Assert.Equal(OrderStatus.Confirmed, checkout.Order.Status);
        await checkout.Tell(checkout.ParcelHandedOver, machine => machine.Delivered);

        Assert.Equal([.. UntilShipped, OrderStatus.Delivered], Statuses(checkout.Order));
        Assert.True(await checkout.Published<OrderShipped>(_ => true));
        Assert.True(await checkout.Published<OrderDelivered>(_ => true));
    }

    [Fact]
    public async Task Once_shipped_it_is_not_cancelled()
    {
        await using var checkout = await CheckoutScenario.Shipped();

        await checkout.Tell(checkout.Cancel, machine => machine.Shipped);

        Assert.Equal(0, checkout.CountSent<StopFulfillment>());
        Assert.Equal(0, checkout.CountSent<VoidPayment>());
    }

    [Fact]
    public async Task A_parcel_that_leaves_while_fulfilment_is_asked_to_stop_ships_it()
    {
        await using var checkout = await CheckoutScenario.Confirmed();
        await checkout.Tell(checkout.Cancel, machine => machine.StoppingFulfillment);

        await checkout.Tell(checkout.ParcelHandedOver, machine => machine.Shipped);
        await checkout.Tell(checkout.FulfillmentStopRejected, machine => machine.Shipped);

        Assert.Equal(UntilShipped, Statuses(checkout.Order));
        Assert.Null(checkout.Order.DeadlineToken);
        Assert.Empty(checkout.Order.TakeNewRows().OfType<OrderEscalation>());
    }

    [Fact]
    public async Task A_payment_that_is_voided_after_the_confirmation_ends_it_when_fulfilment_has_stopped()
    {
        await using var checkout = await CheckoutScenario.Confirmed();

        await checkout.Tell(checkout.PaymentVoided, machine => machine.StoppingFulfillment);
        Assert.Equal(0, checkout.CountSent<ReleaseStock>());
        await checkout.Tell(checkout.FulfillmentStopped, machine => machine.PaymentFailed);

        Assert.True(await checkout.Sent<ReleaseStock>());
        Assert.Equal("payment_voided", checkout.Order.Failure!.Code);
        Assert.Equal(PaymentStatus.Voided, checkout.Order.PaymentStatus);
    }

    [Fact]
    public async Task A_customer_who_cancels_meanwhile_does_not_change_why_it_ends()
    {
        await using var checkout = await CheckoutScenario.Confirmed();
        await checkout.Tell(checkout.StockSaleRejected, machine => machine.StoppingFulfillment);

        await checkout.Tell(checkout.Cancel, machine => machine.StoppingFulfillment);
        await checkout.Tell(checkout.FulfillmentStopped, machine => machine.OutOfStock);

        Assert.Equal("out-of-stock", checkout.Order.Failure!.Code);
    }

    [Fact]
    public async Task A_loss_that_comes_after_a_parcel_has_left_is_shown_to_operators_once()
    {
        await using var checkout = await CheckoutScenario.Confirmed();

        await checkout.Tell(checkout.PaymentVoided, machine => machine.StoppingFulfillment);
        await checkout.Tell(checkout.FulfillmentStopRejected, machine => machine.Confirmed);
        await checkout.Tell(checkout.StockSaleRejected, machine => machine.StoppingFulfillment);
        await checkout.Tell(checkout.ParcelHandedOver, machine => machine.Shipped);

        var escalation = Assert.Single(checkout.Order.TakeNewRows().OfType<OrderEscalation>());
        Assert.Equal("SHIPPED_WITHOUT_PAYMENT", escalation.Kind);
    }

    [Fact]
    public async Task A_stop_that_was_refused_and_succeeds_after_all_ends_it()
    {
        await using var checkout = await CheckoutScenario.Confirmed();
        await checkout.Tell(checkout.Cancel, machine => machine.StoppingFulfillment);
        await checkout.Tell(checkout.FulfillmentStopRejected, machine => machine.Confirmed);

        await checkout.Tell(checkout.FulfillmentStopped, machine => machine.Cancelled);

        Assert.True(await checkout.Sent<VoidPayment>());
    }

    private static List<string> Statuses(Order order) => [.. order.TakeNewRows().OfType<OrderHistory>().Select(step => step.Status)];
}
