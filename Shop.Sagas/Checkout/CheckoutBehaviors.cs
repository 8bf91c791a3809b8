using MassTransit;
using Shop.Contracts;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Contracts.Payments;
using Shop.Contracts.Returns;
using Shop.Messaging.Sagas;

namespace Shop.Sagas.Checkout;

/// <summary>What the steps of a checkout mean; when they are taken stands in <see cref="CheckoutStateMachine"/>.</summary>
internal static class CheckoutBehaviors
{
    private const string Cancelled = "cancelled by the customer";

    private static readonly Address Unknown = new("", "", null, "", null, "", "");

    public static EventActivityBinder<Order, SubmitCheckout> Accept(this EventActivityBinder<Order, SubmitCheckout> binder) =>
        binder.Then(context =>
        {
            var (order, submitted) = (context.Saga, context.Message);
            order.Owner = submitted.Owner;
            order.Email = submitted.Email;
            order.ShippingAddress = submitted.ShippingAddress;
            order.ShippingMethod = submitted.ShippingMethod;
            order.PaymentMethod = submitted.PaymentMethod;
            order.Lines = submitted.Lines;
            order.ShippingAmount = submitted.Shipping.Amount;
            order.TotalAmount = submitted.Total.Amount;
            order.Currency = submitted.Total.Currency;
            order.CreatedAt = submitted.AcceptedAt;
            order.Record(OrderStatus.Received);
        });

    /// <summary>
    /// The cancellation came before what it cancels. The row remembers it; without a history it shows to nobody.
    /// </summary>
    public static EventActivityBinder<Order, CancelOrder> CancelInAdvance(this EventActivityBinder<Order, CancelOrder> binder) =>
        binder.Then(context =>
        {
            context.Saga.ShippingAddress = Unknown;
            context.Saga.CreatedAt = DateTimeOffset.UnixEpoch;
        });

    public static EventActivityBinder<Order, SubmitCheckout> ReserveStock(
        this EventActivityBinder<Order, SubmitCheckout> binder, TimeSpan holdFor) =>
        binder.Command(context => new ReserveStock
        {
            OrderId = context.Saga.CorrelationId,
            Lines = [.. context.Saga.Lines.Select(line => new StockLine(line.Sku, line.Quantity))],
            ShipTo = context.Saga.ShippingAddress,
            HoldFor = holdFor,
            Buyer = context.Saga.Owner,
        });

    public static EventActivityBinder<Order, StockReserved> KeepAllocations(this EventActivityBinder<Order, StockReserved> binder) =>
        binder.Then(context =>
        {
            context.Saga.Allocations = context.Message.Allocations;
            context.Saga.Record(OrderStatus.PendingPayment);
        });

    public static EventActivityBinder<Order, StockReserved> AuthorizePayment(this EventActivityBinder<Order, StockReserved> binder) =>
        binder
            .Then(context => context.Saga.PaymentStatus = PaymentStatus.Authorizing)
            .Command(context => new AuthorizePayment
            {
                OrderId = context.Saga.CorrelationId,
                Amount = context.Saga.Total,
                PaymentMethod = context.Saga.PaymentMethod,
            });

    /// <summary>The provider has not answered: what became of the authorisation is unknown until it is asked.</summary>
    public static EventActivityBinder<Order, CheckoutDeadlinePassed> AskProvider(
        this EventActivityBinder<Order, CheckoutDeadlinePassed> binder) =>
        binder
            .Then(context =>
            {
                var order = context.Saga;
                if (order.PaymentQuestions++ > 0) return;
                order.PaymentStatus = PaymentStatus.Unknown;
                order.Record(OrderStatus.PaymentUnknown, "The payment provider has not answered yet.");
            })
            .Command(context => new ResolvePayment { OrderId = context.Saga.CorrelationId });

    public static EventActivityBinder<Order, PaymentAuthorized> Confirm(this EventActivityBinder<Order, PaymentAuthorized> binder) =>
        binder.Then(context =>
        {
            context.Saga.PaymentStatus = PaymentStatus.Authorized;
            context.Saga.PaymentReference = context.Message.ProviderReference;
            context.Saga.WasConfirmed = true;
            context.Saga.Record(OrderStatus.Confirmed);
        });

    public static EventActivityBinder<Order, PaymentAuthorized> SellStock(this EventActivityBinder<Order, PaymentAuthorized> binder) =>
        binder.Command(context => new SellStock { OrderId = context.Saga.CorrelationId });

    public static EventActivityBinder<Order, PaymentAuthorized> AnnounceConfirmed(
        this EventActivityBinder<Order, PaymentAuthorized> binder) =>
        binder.Publish(context => new OrderConfirmed
        {
            OrderId = context.Saga.CorrelationId,
            Owner = context.Saga.Owner,
            Email = context.Saga.Email,
            ShippingAddress = context.Saga.ShippingAddress,
            ShippingMethod = context.Saga.ShippingMethod,
            Lines = context.Saga.Lines,
            Allocations = context.Saga.Allocations,
            Total = context.Saga.Total,
        });

    public static EventActivityBinder<Order, T> ReleaseStock<T>(
        this EventActivityBinder<Order, T> binder, string reason = Cancelled)
        where T : class =>
        binder.Command(context => new ReleaseStock { OrderId = context.Saga.CorrelationId, Reason = reason });

    public static EventActivityBinder<Order, T> VoidPayment<T>(
        this EventActivityBinder<Order, T> binder, string reason = Cancelled)
        where T : class =>
        binder.Command(context => new VoidPayment { OrderId = context.Saga.CorrelationId, Reason = reason });

    /// <summary>Fulfilment alone knows whether anything has left; what it answers decides.</summary>
    public static EventActivityBinder<Order, T> StopFulfillment<T>(this EventActivityBinder<Order, T> binder)
        where T : class =>
        binder.Command(context => new StopFulfillment
        {
            OrderId = context.Saga.CorrelationId, Reason = ReasonOf(context.Saga.StopCause),
        });

    /// <summary>Keeps why the order is to end. A loss counts more than a customer's wish, and the first loss stays.</summary>
    public static EventActivityBinder<Order, T> Because<T>(this EventActivityBinder<Order, T> binder, StopCause cause)
        where T : class =>
        binder.Then(context =>
        {
            var order = context.Saga;
            if (order.CurrentState != nameof(CheckoutStateMachine.StoppingFulfillment) || order.StopCause == StopCause.Cancelled)
                order.StopCause = cause;
            if (cause == StopCause.PaymentVoided) order.PaymentStatus = PaymentStatus.Voided;
        });

    /// <summary>It cannot be stopped any more: what was lost is for people to see to.</summary>
    public static EventActivityBinder<Order, T> EscalateLoss<T>(this EventActivityBinder<Order, T> binder)
        where T : class =>
        binder.Then(context =>
        {
            if (context.Saga.StopCause is StopCause.SaleLost)
                context.Saga.Escalate("SHIPPED_WITHOUT_STOCK", "A parcel left although the stock was not sold to this order.");
            else if (context.Saga.StopCause is StopCause.PaymentVoided)
                context.Saga.Escalate("SHIPPED_WITHOUT_PAYMENT", "A parcel left although the payment was voided.");
        });

    public static EventActivityBinder<Order, ParcelHandedOver> Ship(this EventActivityBinder<Order, ParcelHandedOver> binder) =>
        binder
            .Then(context =>
            {
                context.Saga.PaymentStatus = PaymentStatus.Captured;
                context.Saga.Record(OrderStatus.Shipped);
            })
            .Publish(context => new OrderShipped
            {
                OrderId = context.Saga.CorrelationId,
                Owner = context.Saga.Owner,
                Email = context.Saga.Email,
                Carrier = context.Message.Carrier,
                TrackingNumber = context.Message.TrackingNumber,
            });

    public static EventActivityBinder<Order, T> Deliver<T>(this EventActivityBinder<Order, T> binder)
        where T : class =>
        binder
            .Then(context => context.Saga.Record(OrderStatus.Delivered))
            .Publish(context => new OrderDelivered
            {
                OrderId = context.Saga.CorrelationId,
                Owner = context.Saga.Owner,
                Email = context.Saga.Email,
            });

    /// <summary>Sets units aside for a return, if so many are left of what was bought.</summary>
    public static EventActivityBinder<Order, ClaimReturn> SetAside(this EventActivityBinder<Order, ClaimReturn> binder) =>
        binder.IfElse(context => context.Saga.Claim(context.Message.ReturnId, context.Message.Lines) is not null,
            granted => granted
                .Then(context =>
                {
                    context.Saga.Returns = context.Saga.Claim(context.Message.ReturnId, context.Message.Lines)!;
                    context.Saga.ShowReturns();
                })
                .Publish(context => new ReturnClaimed
                {
                    OrderId = context.Saga.CorrelationId,
                    ReturnId = context.Message.ReturnId,
                    Email = context.Saga.Email,
                    From = context.Saga.ShippingAddress,
                    Warehouse = context.Saga.Allocations.First(part => part.Sku == context.Message.Lines[0].Sku).Warehouse,
                    Lines =
                    [
                        .. context.Message.Lines.Select(line => new ClaimedLine(
                            line.Sku, line.Quantity, context.Saga.Lines.First(bought => bought.Sku == line.Sku).UnitPrice)),
                    ],
                    Shipping = new Money(
                        context.Saga.IsWhole(context.Message.Lines) ? context.Saga.ShippingAmount : 0, context.Saga.Currency),
                }),
            refused => refused.RefuseReturn("These units were not bought, or are returned already."));

    public static EventActivityBinder<Order, ClaimReturn> RefuseReturn(
        this EventActivityBinder<Order, ClaimReturn> binder, string reason) =>
        binder.Publish(context => new ReturnClaimRejected
        {
            OrderId = context.Saga.CorrelationId, ReturnId = context.Message.ReturnId, Reason = reason,
        });

    public static EventActivityBinder<Order, T> MoveReturn<T>(
        this EventActivityBinder<Order, T> binder,
        Func<T, (Guid ReturnId, OrderReturnState State, IReadOnlyList<StockLine>? Lines)> how)
        where T : class =>
        binder.Then(context =>
        {
            var (returnId, state, lines) = how(context.Message);
            context.Saga.Returns = context.Saga.Returns.With(returnId, state, lines);
            context.Saga.ShowReturns();
        });

    public static EventActivityBinder<Order, T> EndCancelled<T>(this EventActivityBinder<Order, T> binder)
        where T : class =>
        binder.End(OrderStatus.Cancelled, _ => new OrderFailure("cancelled", "The order was cancelled.", []));

    public static EventActivityBinder<Order, StockRejected> EndOutOfStock(this EventActivityBinder<Order, StockRejected> binder) =>
        binder.End(OrderStatus.OutOfStock, context =>
            context.Message.Shortages.Any(line => line.Code == Shortage.PurchaseLimit)
                ? new OrderFailure(
                    Shortage.PurchaseLimit, "More than one person may have in the sale.", context.Message.Shortages)
                : new OrderFailure("out-of-stock", "Not enough stock for every line.", context.Message.Shortages));

    public static EventActivityBinder<Order, T> EndOutOfStock<T>(this EventActivityBinder<Order, T> binder, string detail)
        where T : class =>
        binder.End(OrderStatus.OutOfStock, _ => new OrderFailure("out-of-stock", detail, []));

    public static EventActivityBinder<Order, T> EndExpired<T>(this EventActivityBinder<Order, T> binder, string detail)
        where T : class =>
        binder.End(OrderStatus.Expired, _ => new OrderFailure("expired", detail, []));

    public static EventActivityBinder<Order, T> EndPaymentFailed<T>(
        this EventActivityBinder<Order, T> binder, Func<T, (string Code, string Detail)> why)
        where T : class =>
        binder
            .Then(context => context.Saga.PaymentStatus =
                context.Message is PaymentDeclined ? PaymentStatus.Declined : PaymentStatus.Voided)
            .End(OrderStatus.PaymentFailed, context =>
            {
                var (code, detail) = why(context.Message);
                return new OrderFailure(code, detail, []);
            });

    private static string ReasonOf(StopCause cause) => cause switch
    {
        StopCause.SaleLost => "the hold was lost before the sale",
        StopCause.PaymentVoided => "the payment was voided",
        _ => Cancelled,
    };

    /// <summary>Arms the deadline of a step, in place of the step's before.</summary>
    public static EventActivityBinder<Order, T> Arm<T>(
        this EventActivityBinder<Order, T> binder, Schedule<Order, CheckoutDeadlinePassed> deadline, TimeSpan delay)
        where T : class => binder.Arm(deadline, _ => delay);

    public static EventActivityBinder<Order, T> Arm<T>(
        this EventActivityBinder<Order, T> binder, Schedule<Order, CheckoutDeadlinePassed> deadline, Func<Order, TimeSpan> delay)
        where T : class =>
        binder.Schedule(deadline,
            context => new CheckoutDeadlinePassed { OrderId = context.Saga.CorrelationId }, context => delay(context.Saga));

    private static EventActivityBinder<Order, T> End<T>(
        this EventActivityBinder<Order, T> binder, string status, Func<BehaviorContext<Order, T>, OrderFailure> why)
        where T : class =>
        binder
            .Then(context =>
            {
                context.Saga.Failure = why(context);
                context.Saga.Record(status, context.Saga.Failure.Detail);
            })
            .Publish(context => new OrderEnded
            {
                OrderId = context.Saga.CorrelationId,
                Status = status,
                Reason = context.Saga.Failure!.Detail,
                WasConfirmed = context.Saga.WasConfirmed,
                Owner = context.Saga.Owner,
                Email = context.Saga.Email,
            });
}
