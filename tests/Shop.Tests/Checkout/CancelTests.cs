using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Contracts.Payments;
using Shop.Sagas.Checkout;
using Xunit;

namespace Shop.Tests.Checkout;

/// <summary>A cancellation in every state of a checkout, and what comes after it.</summary>
public sealed class CancelTests
{
    [Fact]
    public async Task Before_its_checkout_has_come_it_is_kept_and_nothing_is_reserved()
    {
        await using var checkout = await CheckoutScenario.Start();
        await checkout.Tell(checkout.Cancel, machine => machine.AwaitingCheckout);
        Assert.Empty(checkout.Order.Status);

        await checkout.Tell(checkout.Submit, machine => machine.Cancelled);

        Assert.Equal([OrderStatus.Received, OrderStatus.Cancelled], Statuses(checkout.Order));
        Assert.Equal("guest:test", checkout.Order.Owner);
        Assert.True(await checkout.Published<OrderEnded>(ended => !ended.WasConfirmed));
        Assert.Equal(0, checkout.CountSent<ReserveStock>());
    }

    [Fact]
    public async Task While_stock_is_being_reserved_it_is_released_in_advance()
    {
        await using var checkout = await CheckoutScenario.Submitted();

        await checkout.Tell(checkout.Cancel, machine => machine.Cancelled);

        Assert.True(await checkout.Sent<ReleaseStock>());
        Assert.Equal(0, checkout.CountSent<VoidPayment>());
        Assert.Equal("cancelled", checkout.Order.Failure!.Code);
        Assert.Null(checkout.Order.DeadlineToken);
    }

    [Fact]
    public async Task While_the_payment_is_being_authorised_stock_and_money_go_back()
    {
        await using var checkout = await CheckoutScenario.Reserved();

        await checkout.Tell(checkout.Cancel, machine => machine.Cancelled);

        Assert.True(await checkout.Sent<ReleaseStock>());
        Assert.True(await checkout.Sent<VoidPayment>());
        Assert.Equal(
            [OrderStatus.Received, OrderStatus.PendingPayment, OrderStatus.Cancelled], Statuses(checkout.Order));
    }

    [Fact]
    public async Task While_the_payment_is_unknown_stock_and_money_go_back()
    {
        await using var checkout = await CheckoutScenario.Reserved(new CheckoutOptions
        {
            PaymentTimeout = TimeSpan.FromMilliseconds(50),
        });
        await checkout.Reach(machine => machine.ResolvingPayment);

        await checkout.Tell(checkout.Cancel, machine => machine.Cancelled);

        Assert.True(await checkout.Sent<ReleaseStock>());
        Assert.True(await checkout.Sent<VoidPayment>());
    }

    [Fact]
    public async Task A_confirmed_order_first_asks_fulfilment_to_stop()
    {
        await using var checkout = await CheckoutScenario.Confirmed();

        await checkout.Tell(checkout.Cancel, machine => machine.StoppingFulfillment);

        Assert.True(await checkout.Sent<StopFulfillment>());
        Assert.Equal(OrderStatus.Confirmed, checkout.Order.Status);
        Assert.Equal(0, checkout.CountSent<ReleaseStock>() + checkout.CountSent<VoidPayment>());
    }

    [Fact]
    public async Task A_confirmed_order_is_cancelled_once_fulfilment_has_stopped()
    {
        await using var checkout = await CheckoutScenario.Confirmed();
        await checkout.Tell(checkout.Cancel, machine => machine.StoppingFulfillment);

        await checkout.Tell(checkout.FulfillmentStopped, machine => machine.Cancelled);

        Assert.True(await checkout.Sent<ReleaseStock>());
        Assert.True(await checkout.Sent<VoidPayment>());
        Assert.True(await checkout.Published<OrderEnded>(ended => ended.WasConfirmed));
        Assert.Null(checkout.Order.DeadlineToken);
    }

    [Fact]
    public async Task An_order_that_has_left_stays_as_it_is()
    {
        await using var checkout = await CheckoutScenario.Confirmed();
        await checkout.Tell(checkout.Cancel, machine => machine.StoppingFulfillment);

        await checkout.Tell(checkout.FulfillmentStopRejected, machine => machine.Confirmed);

        Assert.Equal(OrderStatus.Confirmed, Statuses(checkout.Order)[^1]);
        Assert.Equal(0, checkout.CountSent<ReleaseStock>() + checkout.CountSent<VoidPayment>());
        Assert.Null(checkout.Order.DeadlineToken);
    }

    [Fact]
    public async Task Fulfilment_that_does_not_answer_is_asked_again()
    {
        await using var checkout = await CheckoutScenario.Confirmed(new CheckoutOptions
        {
            StopInterval = TimeSpan.FromMilliseconds(50),
        });
        await checkout.Tell(checkout.Cancel, machine => machine.StoppingFulfillment);

        await checkout.SentTimes<StopFulfillment>(3);
        await checkout.Tell(checkout.FulfillmentStopped, machine => machine.Cancelled);
    }

    [Fact]
    public async Task A_sale_that_fails_while_fulfilment_is_asked_ends_the_order_as_it_would_have()
    {
        await using var checkout = await CheckoutScenario.Confirmed();
        await checkout.Tell(checkout.Cancel, machine => machine.StoppingFulfillment);

        await checkout.Tell(checkout.StockSaleRejected, machine => machine.StoppingFulfillment);
        await checkout.Tell(checkout.FulfillmentStopped, machine => machine.OutOfStock);

        Assert.Equal(1, checkout.CountSent<VoidPayment>());
        Assert.Equal(0, checkout.CountSent<ReleaseStock>());
        Assert.Null(checkout.Order.DeadlineToken);
    }

    [Fact]
    public async Task Stock_that_is_reserved_after_it_is_given_back()
    {
        await using var checkout = await CheckoutScenario.Submitted();
        await checkout.Tell(checkout.Cancel, machine => machine.Cancelled);

        await checkout.Tell(checkout.StockReserved, machine => machine.Cancelled);

        await checkout.SentTimes<ReleaseStock>(2);
        Assert.Equal(OrderStatus.Cancelled, checkout.Order.Status);
        Assert.Equal(0, checkout.CountSent<AuthorizePayment>());
    }

    [Fact]
    public async Task A_payment_that_is_authorised_after_it_is_given_back()
    {
        await using var checkout = await CheckoutScenario.Reserved();
        await checkout.Tell(checkout.Cancel, machine => machine.Cancelled);

        await checkout.Tell(checkout.PaymentAuthorized, machine => machine.Cancelled);
        await checkout.Tell(checkout.PaymentVoided, machine => machine.Cancelled);

        Assert.Equal(PaymentStatus.Voided, checkout.Order.PaymentStatus);
        Assert.Equal(0, checkout.CountSent<SellStock>());
    }

    [Fact]
    public async Task A_repeat_changes_nothing()
    {
        await using var checkout = await CheckoutScenario.Reserved();
        await checkout.Tell(checkout.Cancel, machine => machine.Cancelled);
        Assert.True(await checkout.Sent<VoidPayment>());

        await checkout.Tell(checkout.Cancel, machine => machine.Cancelled);
        await checkout.Tell(checkout.PaymentVoided, machine => machine.Cancelled);

        Assert.Equal(1, checkout.CountSent<VoidPayment>());
        Assert.Equal(1, checkout.CountSent<ReleaseStock>());
        Assert.Single(Statuses(checkout.Order), OrderStatus.Cancelled);
    }

    [Fact]
    public async Task An_order_that_has_ended_stays_as_it_ended()
    {
        await using var checkout = await CheckoutScenario.Reserved();
        await checkout.Tell(checkout.PaymentDeclined, machine => machine.PaymentFailed);

        await checkout.Tell(checkout.Cancel, machine => machine.PaymentFailed);

        Assert.Equal(OrderStatus.PaymentFailed, checkout.Order.Status);
        Assert.Equal(0, checkout.CountSent<VoidPayment>());
    }

    private static List<string> Statuses(Order order) =>
        [.. order.TakeNewRows().Cast<OrderHistory>().OrderBy(step => step.Sequence).Select(step => step.Status)];
}
