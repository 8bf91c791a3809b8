using MassTransit;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Payments;
using Shop.Contracts.Returns;
using Shop.Messaging.Outbox;
using Shop.Messaging.Sagas;

namespace Shop.Sagas.Returns;

/// <summary>What the steps of a return mean; when they are taken stands in <see cref="ReturnStateMachine"/>.</summary>
internal static class ReturnBehaviors
{
    private static readonly Guid Cause = new("8d4c1c5e-3f0b-4d0a-9f53-0f2f6f5a7e11");

    public static EventActivityBinder<Return, RequestReturn> Open(this EventActivityBinder<Return, RequestReturn> binder) =>
        binder.Then(context =>
        {
            var (back, requested) = (context.Saga, context.Message);
            back.OrderId = requested.OrderId;
            back.Owner = requested.Owner;
            back.Lines = requested.Lines;
            back.Record(ReturnStatus.Requested);
        });

    public static EventActivityBinder<Return, T> ClaimUnits<T>(this EventActivityBinder<Return, T> binder)
        where T : class =>
        binder.Command(context => new ClaimReturn
        {
            OrderId = context.Saga.OrderId,
            ReturnId = context.Saga.CorrelationId,
            Lines = [.. context.Saga.Lines.Select(line => new StockLine(line.Sku, line.Quantity))],
        });

    public static EventActivityBinder<Return, ReturnClaimed> KeepClaim(this EventActivityBinder<Return, ReturnClaimed> binder) =>
        binder.Then(context =>
        {
            var claimed = context.Message;
            context.Saga.Claim = new ReturnClaim(
                claimed.Email, claimed.From, claimed.Warehouse, claimed.Lines, claimed.Shipping);
            context.Saga.Currency = claimed.Shipping.Currency;
            context.Saga.Repeats = 0;
        });

    public static EventActivityBinder<Return, T> BookLabel<T>(this EventActivityBinder<Return, T> binder)
        where T : class =>
        binder.Command(context => new BookReturnLabel
        {
            OrderId = context.Saga.OrderId,
            ReturnId = context.Saga.CorrelationId,
            From = context.Saga.Claim!.From,
            Warehouse = context.Saga.Claim.Warehouse,
        });

    public static EventActivityBinder<Return, ReturnLabelBooked> KeepLabel(
        this EventActivityBinder<Return, ReturnLabelBooked> binder) =>
        binder.Then(context =>
        {
            context.Saga.Carrier = context.Message.Carrier;
            context.Saga.TrackingNumber = context.Message.TrackingNumber;
            context.Saga.Record(ReturnStatus.LabelSent);
        });

    /// <summary>What is accepted of what came, and what money that makes.</summary>
    public static EventActivityBinder<Return, ReceiveReturn> Judge(this EventActivityBinder<Return, ReceiveReturn> binder) =>
        binder
            .Then(context =>
            {
                var back = context.Saga;
                back.Receipt = new ReturnReceipt(context.Message.Warehouse, context.Message.Lines);
                back.Repeats = 0;
                var verdict = ReturnVerdict.Of(back.Claim!, back.Receipt.Lines);
                back.RefundAmount = verdict.Refund.Amount;
                back.GoodsSettled = verdict.Sellable.Count == 0;
                back.RefundId = back.CorrelationId;
                back.Record(ReturnStatus.Received);
                back.Record(ReturnStatus.Inspected, verdict.ToString());
                if (verdict.Refund.Amount > 0 && back.GoodsSettled) back.Record(ReturnStatus.WrittenOff);
            })
            .If(context => context.Saga.RefundAmount > 0, accepted => accepted.Publish(context => new ReturnReceived
            {
                OrderId = context.Saga.OrderId,
                ReturnId = context.Saga.CorrelationId,
                Accepted = ReturnVerdict.Of(context.Saga.Claim!, context.Saga.Receipt!.Lines).Accepted,
            }));

    /// <summary>Asks for what has not been answered; each is done once, however often it is asked for.</summary>
    public static EventActivityBinder<Return, T> RepeatLegs<T>(this EventActivityBinder<Return, T> binder)
        where T : class =>
        binder.RepeatGoods().RepeatMoney();

    public static EventActivityBinder<Return, T> RepeatGoods<T>(this EventActivityBinder<Return, T> binder)
        where T : class =>
        binder.If(context => !context.Saga.GoodsSettled, open => open.Command(context => new RestockReturn
        {
            OrderId = context.Saga.OrderId,
            ReturnId = context.Saga.CorrelationId,
            Warehouse = context.Saga.Receipt!.Warehouse,
            Lines = ReturnVerdict.Of(context.Saga.Claim!, context.Saga.Receipt.Lines).Sellable,
        }));

    public static EventActivityBinder<Return, PaymentRefunded> SettleMoney(
        this EventActivityBinder<Return, PaymentRefunded> binder) =>
        binder.If(context => !context.Saga.MoneySettled, open => open
            .Then(context =>
            {
                context.Saga.MoneySettled = true;
                context.Saga.Record(ReturnStatus.Refunded);
            })
            .Publish(context => new ReturnRefunded
            {
                ReturnId = context.Saga.CorrelationId,
                OrderId = context.Saga.OrderId,
                Owner = context.Saga.Owner,
                Email = context.Saga.Claim!.Email,
                Amount = context.Saga.Refund,
            }));

    /// <summary>Shows it only as long as the money is out: what clients wait for is the refund.</summary>
    public static EventActivityBinder<Return, ReturnRestocked> SettleGoods(
        this EventActivityBinder<Return, ReturnRestocked> binder) =>
        binder.Then(context =>
        {
            if (context.Saga.GoodsSettled) return;
            context.Saga.GoodsSettled = true;
            if (context.Saga.Status == ReturnStatus.Inspected) context.Saga.Record(ReturnStatus.Restocked);
        });

    public static EventActivityBinder<Return, PaymentRefundFailed> KeepRefusal(
        this EventActivityBinder<Return, PaymentRefundFailed> binder) =>
        binder.Then(context => context.Saga.Record(ReturnStatus.RefundFailed, context.Message.Reason));

    /// <summary>What was refused stays refused: another refund takes its place.</summary>
    public static EventActivityBinder<Return, RetryRefund> RefundAnew(this EventActivityBinder<Return, RetryRefund> binder) =>
        binder
            .Then(context =>
            {
                var back = context.Saga;
                back.RefundId = MessageIds.Derive(back.CorrelationId, Cause, ++back.RefundAttempts);
                back.Repeats = 0;
                back.Record(ReturnStatus.Inspected, "The refund is tried again.");
            })
            .RepeatMoney();

    public static EventActivityBinder<Return, ReturnClaimRejected> EndRejected(
        this EventActivityBinder<Return, ReturnClaimRejected> binder,
        Func<BehaviorContext<Return, ReturnClaimRejected>, string> why) =>
        binder.Then(context => context.Saga.Record(ReturnStatus.Rejected, why(context)));

    public static EventActivityBinder<Return, T> CloseRejected<T>(this EventActivityBinder<Return, T> binder)
        where T : class =>
        binder.Close(ReturnStatus.Rejected, "Nothing of what came back was accepted.");

    public static EventActivityBinder<Return, T> EndExpired<T>(this EventActivityBinder<Return, T> binder)
        where T : class =>
        binder.Close(ReturnStatus.Expired, "Nothing came back in time.");

    /// <summary>Lets the present step be asked for again when it is not answered, in place of what was armed before.</summary>
    public static EventActivityBinder<Return, T> AskAgainAfter<T>(
        this EventActivityBinder<Return, T> binder, Schedule<Return, ReturnDeadlinePassed> deadline, ReturnOptions patience)
        where T : class =>
        binder.Arm(deadline, back => Backoff(patience.RepeatAfter, back.Repeats++));

    public static EventActivityBinder<Return, T> ExpireAfter<T>(
        this EventActivityBinder<Return, T> binder, Schedule<Return, ReturnDeadlinePassed> deadline, ReturnOptions patience)
        where T : class => binder.Arm(deadline, _ => patience.SendWithin);

    private static EventActivityBinder<Return, T> RepeatMoney<T>(this EventActivityBinder<Return, T> binder)
        where T : class =>
        binder.If(context => !context.Saga.MoneySettled, open => open.Command(context => new RefundPayment
        {
            OrderId = context.Saga.OrderId,
            RefundId = context.Saga.RefundId!.Value,
            Amount = context.Saga.Refund,
            Reason = "returned",
        }));

    private static EventActivityBinder<Return, T> Close<T>(
        this EventActivityBinder<Return, T> binder, string status, string reason)
        where T : class =>
        binder
            .Then(context => context.Saga.Record(status, reason))
            .Publish(context => new ReturnClosed
            {
                OrderId = context.Saga.OrderId,
                ReturnId = context.Saga.CorrelationId,
                Status = status,
                Reason = reason,
            });

    private static EventActivityBinder<Return, T> Arm<T>(
        this EventActivityBinder<Return, T> binder, Schedule<Return, ReturnDeadlinePassed> deadline, Func<Return, TimeSpan> delay)
        where T : class =>
        binder.Schedule(deadline,
            context => new ReturnDeadlinePassed { ReturnId = context.Saga.CorrelationId }, context => delay(context.Saga));

    private static TimeSpan Backoff(TimeSpan first, int repeats) =>
        TimeSpan.FromSeconds(Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(repeats, 12)), 3_600));
}
