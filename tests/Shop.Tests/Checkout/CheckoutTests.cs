using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Contracts.Payments;
using Shop.Sagas.Checkout;
using Xunit;

namespace Shop.Tests.Checkout;

/// <summary>The checkout's state machine: the happy path first, then what is undone when it ends otherwise.</summary>
public sealed class CheckoutTests
{
    private static readonly CheckoutOptions Impatient = new()
    {
        ReservationTimeout = TimeSpan.FromMilliseconds(50),
        PaymentTimeout = TimeSpan.FromMilliseconds(50),
        ResolveInterval = TimeSpan.FromMilliseconds(50),
    };

    [Fact]
    public async Task A_submitted_checkout_asks_for_its_stock()
    {
        await using var checkout = await CheckoutScenario.Submitted();

        Assert.True(await checkout.Sent<ReserveStock>());
    }

    [Fact]
    public async Task Reserved_stock_leads_to_the_payment()
    {
        await using var checkout = await CheckoutScenario.Reserved();

        Assert.True(await checkout.Sent<AuthorizePayment>());
    }

    [Fact]
    public async Task An_authorised_payment_confirms_the_order_and_sells_its_stock()
    {
        await using var checkout = await CheckoutScenario.Confirmed();

        Assert.True(await checkout.Sent<SellStock>());
        Assert.True(await checkout.Published<OrderConfirmed>(order => order.Allocations is [{ Warehouse: "W1" }]));
    }

    [Fact]
    public async Task The_history_has_no_gap_and_ends_with_the_status()
    {
        await using var checkout = await CheckoutScenario.Confirmed();

        var history = checkout.Order.TakeNewRows().Cast<OrderHistory>().ToList();

        Assert.Equal([1, 2, 3], history.Select(entry => entry.Sequence));
        Assert.Equal(
            [OrderStatus.Received, OrderStatus.PendingPayment, OrderStatus.Confirmed], history.Select(entry => entry.Status));
        Assert.Equal(checkout.Order.Status, history[^1].Status);
    }

    [Fact]
    public async Task Rejected_stock_ends_the_order_and_names_what_is_short()
    {
        await using var checkout = await CheckoutScenario.Submitted();

        await checkout.Tell(checkout.StockRejected, machine => machine.OutOfStock);

        Assert.Equal(OrderStatus.OutOfStock, checkout.Order.Status);
        Assert.Equal("SKU-1", checkout.Order.Failure!.Lines[0].Sku);
        Assert.False(checkout.Order.WasConfirmed);
    }

    [Fact]
    public async Task An_order_over_the_limit_of_a_sale_ends_with_that_as_its_failure_and_the_line()
    {
        await using var checkout = await CheckoutScenario.Submitted();
        var over = new Shortage("SKU-1", 2, 1) { Code = Shortage.PurchaseLimit };

        await checkout.Tell(
            new StockRejected { OrderId = checkout.OrderId, Shortages = [over] }, machine => machine.OutOfStock);

        Assert.Equal("purchase-limit", checkout.Order.Failure!.Code);
        Assert.Equal(over, Assert.Single(checkout.Order.Failure.Lines));
    }

    [Fact]
    public async Task A_declined_payment_gives_the_stock_back()
    {
        await using var checkout = await CheckoutScenario.Reserved();

        await checkout.Tell(checkout.PaymentDeclined, machine => machine.PaymentFailed);

        Assert.True(await checkout.Sent<ReleaseStock>());
        Assert.Equal(OrderStatus.PaymentFailed, checkout.Order.Status);
        Assert.Equal("card_declined", checkout.Order.Failure!.Code);
    }

    [Fact]
    public async Task A_reservation_that_takes_too_long_expires_the_order_and_releases_what_may_be_held()
    {
        await using var checkout = await CheckoutScenario.Submitted(Impatient);

        await checkout.Reach(machine => machine.Expired);

        Assert.True(await checkout.Sent<ReleaseStock>());
        Assert.Equal(OrderStatus.Expired, checkout.Order.Status);
    }

    [Fact]
    public async Task A_silent_provider_is_asked_what_became_of_the_payment()
    {
        await using var checkout = await CheckoutScenario.Reserved(Impatient with { ReservationTimeout = TimeSpan.FromMinutes(1) });

        await checkout.Reach(machine => machine.ResolvingPayment);

        Assert.True(await checkout.Sent<ResolvePayment>());
        Assert.Equal(OrderStatus.PaymentUnknown, checkout.Order.Status);
    }

    [Fact]
    public async Task A_payment_that_turns_out_to_be_authorised_confirms_the_order_after_all()
    {
        await using var checkout = await CheckoutScenario.Reserved(Impatient with { ReservationTimeout = TimeSpan.FromMinutes(1) });
        await checkout.Reach(machine => machine.ResolvingPayment);

        await checkout.Tell(checkout.PaymentAuthorized, machine => machine.Confirmed);

        Assert.Equal(OrderStatus.Confirmed, checkout.Order.Status);
    }

    [Fact]
    public async Task A_hold_that_runs_out_before_the_payment_voids_it()
    {
        await using var checkout = await CheckoutScenario.Reserved();

        await checkout.Tell(checkout.ReservationExpired, machine => machine.Expired);

        Assert.True(await checkout.Sent<VoidPayment>());
    }

    [Fact]
    public async Task A_sale_that_finds_its_hold_lost_voids_the_payment_and_takes_the_confirmation_back()
    {
        await using var checkout = await CheckoutScenario.Confirmed();

        await checkout.Tell(checkout.StockSaleRejected, machine => machine.StoppingFulfillment);
        Assert.True(await checkout.Sent<StopFulfillment>());
        Assert.Equal(0, checkout.CountSent<VoidPayment>());
        await checkout.Tell(checkout.FulfillmentStopped, machine => machine.OutOfStock);

        Assert.True(await checkout.Sent<VoidPayment>());
        Assert.True(await checkout.Published<OrderEnded>(ended => ended.WasConfirmed));
    }

    [Fact]
    public async Task Stock_that_is_reserved_after_the_end_is_given_back()
    {
        await using var checkout = await CheckoutScenario.Submitted();
        await checkout.Tell(checkout.ReservationExpired, machine => machine.Expired);

        await checkout.Tell(checkout.StockReserved, machine => machine.Expired);

        Assert.True(await checkout.Sent<ReleaseStock>());
    }

    [Fact]
    public async Task A_payment_that_is_authorised_after_the_end_is_given_back()
    {
        await using var checkout = await CheckoutScenario.Reserved();
        await checkout.Tell(checkout.PaymentDeclined, machine => machine.PaymentFailed);

        await checkout.Tell(checkout.PaymentAuthorized, machine => machine.PaymentFailed);

        Assert.True(await checkout.Sent<VoidPayment>());
    }

    [Fact]
    public async Task A_repeated_authorisation_sells_nothing_again()
    {
        await using var checkout = await CheckoutScenario.Confirmed();
        Assert.True(await checkout.Sent<SellStock>());

        await checkout.Tell(checkout.PaymentAuthorized, machine => machine.Confirmed);
        await checkout.Tell(checkout.PaymentVoided, machine => machine.StoppingFulfillment);
        await checkout.Tell(checkout.FulfillmentStopped, machine => machine.PaymentFailed);

        Assert.Equal(1, checkout.CountSent<SellStock>());
    }

    [Fact]
    public async Task Every_event_has_an_answer_in_every_live_state()
    {
        await using var checkout = await CheckoutScenario.Start();
        var machine = checkout.Machine;

        var unanswered =
            from state in machine.States
            where state != machine.Initial && state != machine.Final
            from occurrence in machine.Events
            where occurrence != machine.Deadline.AnyReceived && !occurrence.Name.Contains(' ', StringComparison.Ordinal)
            where !machine.NextEvents(state).Contains(occurrence)
            where IsOfTheCheckout(occurrence.Name)
            select $"{occurrence.Name} in {state.Name}";

        Assert.Empty(unanswered);

        // The machine's own bookkeeping of entering and leaving states is no message.
        bool IsOfTheCheckout(string name) =>
            typeof(CheckoutStateMachine).GetProperties().Any(property => property.Name == name) || name == machine.Deadline.Received.Name;
    }
}
