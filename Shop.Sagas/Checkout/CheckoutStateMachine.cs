using MassTransit;
using Microsoft.Extensions.Options;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Contracts.Payments;
using Shop.Contracts.Returns;

namespace Shop.Sagas.Checkout;

/// <summary>
/// When a checkout does what. Read the chapters in the order of life; what each step means stands in
/// <see cref="CheckoutBehaviors"/>. Every event has an answer in every state, late ones included.
/// </summary>
internal sealed class CheckoutStateMachine : MassTransitStateMachine<Order>
{
    public CheckoutStateMachine(IOptions<CheckoutOptions> options)
    {
        var patience = options.Value;

        InstanceState(order => order.CurrentState);
        Event(() => CheckoutSubmitted, submitted => submitted.CorrelateById(context => context.Message.OrderId));
        Event(() => StockReserved, reserved => reserved.CorrelateById(context => context.Message.OrderId));
        Event(() => StockRejected, rejected => rejected.CorrelateById(context => context.Message.OrderId));
        Event(() => StockSaleRejected, rejected => rejected.CorrelateById(context => context.Message.OrderId));
        Event(() => ReservationExpired, expired => expired.CorrelateById(context => context.Message.OrderId));
        Event(() => PaymentAuthorized, authorized => authorized.CorrelateById(context => context.Message.OrderId));
        Event(() => PaymentDeclined, declined => declined.CorrelateById(context => context.Message.OrderId));
        Event(() => PaymentVoided, voided => voided.CorrelateById(context => context.Message.OrderId));
        Event(() => CancelRequested, cancel => cancel.CorrelateById(context => context.Message.OrderId));
        Event(() => FulfillmentStopped, stopped => stopped.CorrelateById(context => context.Message.OrderId));
        Event(() => FulfillmentStopRejected, rejected => rejected.CorrelateById(context => context.Message.OrderId));
        Event(() => ParcelHandedOver, handed => handed.CorrelateById(context => context.Message.OrderId));
        Event(() => FulfillmentDelivered, delivered => delivered.CorrelateById(context => context.Message.OrderId));
        Event(() => ReturnAsked, asked => asked.CorrelateById(context => context.Message.OrderId));
        Event(() => ReturnReceived, received => received.CorrelateById(context => context.Message.OrderId));
        Event(() => ReturnRefunded, refunded => refunded.CorrelateById(context => context.Message.OrderId));
        Event(() => ReturnClosed, closed => closed.CorrelateById(context => context.Message.OrderId));
        Schedule(() => Deadline, order => order.DeadlineToken, deadline =>
            deadline.Received = passed => passed.CorrelateById(context => context.Message.OrderId));

        Initially(
            When(CheckoutSubmitted)
                .Accept()
                .ReserveStock(patience.HoldFor)
                .Arm(Deadline, patience.ReservationTimeout)
                .TransitionTo(ReservingStock),
            When(CancelRequested)
                .CancelInAdvance()
                .TransitionTo(AwaitingCheckout));

        // No deadline: what it waits for is committed where the cancellation came from.
        During(AwaitingCheckout,
            When(CheckoutSubmitted)
                .Accept()
                .EndCancelled()
                .TransitionTo(Cancelled),
            Ignore(CancelRequested),
            Ignore(StockReserved),
            Ignore(StockRejected),
            Ignore(StockSaleRejected),
            Ignore(ReservationExpired),
            Ignore(PaymentAuthorized),
            Ignore(PaymentDeclined),
            Ignore(PaymentVoided),
            Ignore(FulfillmentStopped),
            Ignore(FulfillmentStopRejected),
            Ignore(ParcelHandedOver),
            Ignore(FulfillmentDelivered),
            Ignore(Deadline.Received));

        During(ReservingStock,
            When(StockReserved)
                .KeepAllocations()
                .AuthorizePayment()
                .Arm(Deadline, patience.PaymentTimeout)
                .TransitionTo(AuthorizingPayment),
            When(StockRejected)
                .Unschedule(Deadline)
                .EndOutOfStock()
                .TransitionTo(OutOfStock),
            When(Deadline.Received)
                .ReleaseStock("the reservation took too long")
                .EndExpired("Stock could not be reserved in time.")
                .TransitionTo(Expired),
            When(ReservationExpired)
                .Unschedule(Deadline)
                .EndExpired("The reservation ran out.")
                .TransitionTo(Expired),
            // The reservation may be under way: released first, it is rejected when it comes.
            When(CancelRequested)
                .Unschedule(Deadline)
                .ReleaseStock()
                .EndCancelled()
                .TransitionTo(Cancelled),
            When(PaymentAuthorized)
                .VoidPayment("authorised before stock was reserved"),
            Ignore(CheckoutSubmitted),
            Ignore(StockSaleRejected),
            Ignore(PaymentDeclined),
            Ignore(PaymentVoided),
            Ignore(FulfillmentStopped),
            Ignore(FulfillmentStopRejected),
            Ignore(ParcelHandedOver),
            Ignore(FulfillmentDelivered));

        During(AuthorizingPayment,
            When(Deadline.Received)
                .AskProvider()
                .Arm(Deadline, order => Backoff(patience.ResolveInterval, order.PaymentQuestions))
                .TransitionTo(ResolvingPayment));

        During(ResolvingPayment,
            When(Deadline.Received)
                .AskProvider()
                .Arm(Deadline, order => Backoff(patience.ResolveInterval, order.PaymentQuestions)));

        During(AuthorizingPayment, ResolvingPayment,
            When(PaymentAuthorized)
                .Unschedule(Deadline)
                .Confirm()
                .SellStock()
                .AnnounceConfirmed()
                .TransitionTo(Confirmed),
            When(PaymentDeclined)
                .Unschedule(Deadline)
                .ReleaseStock("payment declined")
                .EndPaymentFailed(declined => (declined.Code, declined.Detail))
                .TransitionTo(PaymentFailed),
            When(PaymentVoided)
                .Unschedule(Deadline)
                .ReleaseStock("payment voided")
                .EndPaymentFailed(_ => ("payment_voided", "The payment was cancelled."))
                .TransitionTo(PaymentFailed),
            When(ReservationExpired)
                .Unschedule(Deadline)
                .VoidPayment("the reservation ran out")
                .EndExpired("The reservation ran out before the payment was authorised.")
                .TransitionTo(Expired),
            // The authorisation may be under way: voided first, it is not made, or given back when it is known.
            When(CancelRequested)
                .Unschedule(Deadline)
                .ReleaseStock()
                .VoidPayment()
                .EndCancelled()
                .TransitionTo(Cancelled),
            Ignore(CheckoutSubmitted),
            Ignore(StockReserved),
            Ignore(StockRejected),
            Ignore(StockSaleRejected),
            Ignore(FulfillmentStopped),
            Ignore(FulfillmentStopRejected),
            Ignore(ParcelHandedOver),
            Ignore(FulfillmentDelivered));

        During(Confirmed,
            When(CancelRequested)
                .Because(StopCause.Cancelled)
                .StopFulfillment()
                .Arm(Deadline, patience.StopInterval)
                .TransitionTo(StoppingFulfillment),
            When(StockSaleRejected)
                .Because(StopCause.SaleLost)
                .StopFulfillment()
                .Arm(Deadline, patience.StopInterval)
                .TransitionTo(StoppingFulfillment),
            When(PaymentVoided)
                .Because(StopCause.PaymentVoided)
                .StopFulfillment()
                .Arm(Deadline, patience.StopInterval)
                .TransitionTo(StoppingFulfillment),
            Ignore(FulfillmentStopRejected),
            Ignore(Deadline.Received));

        // A parcel may be leaving at this moment. Clients see CONFIRMED until it is known which was first.
        During(StoppingFulfillment,
            When(FulfillmentStopRejected)
                .Unschedule(Deadline)
                .EscalateLoss()
                .TransitionTo(Confirmed),
            When(Deadline.Received)
                .StopFulfillment()
                .Arm(Deadline, patience.StopInterval),
            When(StockSaleRejected)
                .Because(StopCause.SaleLost),
            When(PaymentVoided)
                .Because(StopCause.PaymentVoided),
            Ignore(CancelRequested));

        // Also to a question that was answered otherwise before: what has stopped will not go on.
        During(Confirmed, StoppingFulfillment,
            When(FulfillmentStopped, context => context.Saga.StopCause == StopCause.Cancelled)
                .Unschedule(Deadline)
                .ReleaseStock()
                .VoidPayment()
                .EndCancelled()
                .TransitionTo(Cancelled),
            When(FulfillmentStopped, context => context.Saga.StopCause == StopCause.SaleLost)
                .Unschedule(Deadline)
                .VoidPayment("the hold was lost before the sale")
                .EndOutOfStock("The reservation ran out before the stock could be sold.")
                .TransitionTo(OutOfStock),
            When(FulfillmentStopped, context => context.Saga.StopCause == StopCause.PaymentVoided)
                .Unschedule(Deadline)
                .ReleaseStock("payment voided")
                .EndPaymentFailed(_ => ("payment_voided", "The payment was cancelled after it had been authorised."))
                .TransitionTo(PaymentFailed));

        // What has arrived has left: that it has left may be told later, and only then is either told on.
        During(Confirmed, StoppingFulfillment,
            When(ParcelHandedOver, context => !context.Saga.HasArrived)
                .Unschedule(Deadline)
                .EscalateLoss()
                .Ship()
                .TransitionTo(Shipped),
            When(ParcelHandedOver, context => context.Saga.HasArrived)
                .Unschedule(Deadline)
                .EscalateLoss()
                .Ship()
                .Deliver()
                .TransitionTo(Delivered),
            When(FulfillmentDelivered)
                .Then(context => context.Saga.HasArrived = true),
            // The sale under way finds the hold gone, and says so.
            Ignore(ReservationExpired),
            Ignore(CheckoutSubmitted),
            Ignore(StockReserved),
            Ignore(StockRejected),
            Ignore(PaymentAuthorized),
            Ignore(PaymentDeclined));

        During(Shipped,
            When(FulfillmentDelivered)
                .Deliver()
                .TransitionTo(Delivered));

        During(Delivered,
            Ignore(FulfillmentDelivered));

        // Nothing calls it back: what is lost now is for people to see to. A void can only be of what was not taken.
        During(Shipped, Delivered,
            When(StockSaleRejected)
                .Because(StopCause.SaleLost)
                .EscalateLoss(),
            Ignore(PaymentVoided),
            Ignore(CancelRequested),
            Ignore(ParcelHandedOver),
            Ignore(FulfillmentStopped),
            Ignore(FulfillmentStopRejected),
            Ignore(ReservationExpired),
            Ignore(CheckoutSubmitted),
            Ignore(StockReserved),
            Ignore(StockRejected),
            Ignore(PaymentAuthorized),
            Ignore(PaymentDeclined),
            Ignore(Deadline.Received));

        // What is sent back changes what clients see, and nothing of the checkout.
        During(Delivered,
            When(ReturnAsked)
                .SetAside(),
            When(ReturnReceived)
                .MoveReturn(received => (received.ReturnId, OrderReturnState.Received, received.Accepted)),
            When(ReturnRefunded)
                .MoveReturn(refunded => (refunded.ReturnId, OrderReturnState.Refunded, null)),
            When(ReturnClosed)
                .MoveReturn(closed => (closed.ReturnId,
                    closed.Status == ReturnStatus.Expired ? OrderReturnState.Lapsed : OrderReturnState.Closed, null)));

        foreach (var state in States.Except([Initial, Final, Delivered]))
            During(state,
                When(ReturnAsked)
                    .RefuseReturn("The order was not delivered."),
                Ignore(ReturnReceived),
                Ignore(ReturnRefunded),
                Ignore(ReturnClosed));

        // Whatever arrives after the end is given back.
        During(OutOfStock, PaymentFailed, Expired, Cancelled,
            When(StockReserved)
                .ReleaseStock("the order had ended"),
            When(PaymentAuthorized)
                .VoidPayment("the order had ended"),
            When(PaymentVoided)
                .Then(context => context.Saga.PaymentStatus = PaymentStatus.Voided),
            Ignore(CheckoutSubmitted),
            Ignore(StockRejected),
            Ignore(StockSaleRejected),
            Ignore(ReservationExpired),
            Ignore(PaymentDeclined),
            Ignore(CancelRequested),
            Ignore(FulfillmentStopped),
            Ignore(FulfillmentStopRejected),
            Ignore(ParcelHandedOver),
            Ignore(FulfillmentDelivered),
            Ignore(Deadline.Received));
    }

    public State AwaitingCheckout { get; private set; } = null!;
    public State ReservingStock { get; private set; } = null!;
    public State AuthorizingPayment { get; private set; } = null!;
    public State ResolvingPayment { get; private set; } = null!;
    public State Confirmed { get; private set; } = null!;
    public State StoppingFulfillment { get; private set; } = null!;
    public State Shipped { get; private set; } = null!;
    public State Delivered { get; private set; } = null!;
    public State OutOfStock { get; private set; } = null!;
    public State PaymentFailed { get; private set; } = null!;
    public State Expired { get; private set; } = null!;
    public State Cancelled { get; private set; } = null!;

    public Event<SubmitCheckout> CheckoutSubmitted { get; private set; } = null!;
    public Event<StockReserved> StockReserved { get; private set; } = null!;
    public Event<StockRejected> StockRejected { get; private set; } = null!;
    public Event<StockSaleRejected> StockSaleRejected { get; private set; } = null!;
    public Event<ReservationExpired> ReservationExpired { get; private set; } = null!;
    public Event<PaymentAuthorized> PaymentAuthorized { get; private set; } = null!;
    public Event<PaymentDeclined> PaymentDeclined { get; private set; } = null!;
    public Event<PaymentVoided> PaymentVoided { get; private set; } = null!;
    public Event<CancelOrder> CancelRequested { get; private set; } = null!;
    public Event<FulfillmentStopped> FulfillmentStopped { get; private set; } = null!;
    public Event<FulfillmentStopRejected> FulfillmentStopRejected { get; private set; } = null!;
    public Event<ParcelHandedOver> ParcelHandedOver { get; private set; } = null!;
    public Event<FulfillmentDelivered> FulfillmentDelivered { get; private set; } = null!;
    public Event<ClaimReturn> ReturnAsked { get; private set; } = null!;
    public Event<ReturnReceived> ReturnReceived { get; private set; } = null!;
    public Event<ReturnRefunded> ReturnRefunded { get; private set; } = null!;
    public Event<ReturnClosed> ReturnClosed { get; private set; } = null!;
    public Schedule<Order, CheckoutDeadlinePassed> Deadline { get; private set; } = null!;

    /// <summary>Doubles with each question, up to two minutes.</summary>
    private static TimeSpan Backoff(TimeSpan interval, int questions) =>
        TimeSpan.FromSeconds(Math.Min(interval.TotalSeconds * Math.Pow(2, Math.Min(questions - 1, 10)), 120));
}
