using MassTransit;
using Shop.Contracts;
using Shop.Contracts.Payments;
using Shop.Messaging;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Payments;

/// <summary>
/// Takes a parcel's part of a payment. Captures of one payment go one after the other, so that what the provider has taken
/// tells which were carried out. A card that does not take parts is captured whole with its first parcel; the others are
/// paid from that, and what the last one leaves over is given back.
/// </summary>
internal sealed class CapturePaymentConsumer(PaymentDesk desk, PaymentProvider provider) : IConsumer<CapturePayment>
{
    private static readonly Guid LeftOver = new("0b0f5a0e-51ab-4a5d-8a77-6f3f6c3f7d11");

    public async Task Consume(ConsumeContext<CapturePayment> context)
    {
        var command = context.Message;
        var payment = await desk.Find(command.OrderId);
        var attempt = await desk.FindAttempt(command.CaptureId, PaymentAttemptKind.Capture, command.OrderId);
        switch (attempt?.Status)
        {
            case null or PaymentAttemptStatus.Waiting:
                await Begin(context, payment, attempt);
                break;
            case PaymentAttemptStatus.Pending:
                await Carry(context, payment!, attempt, isRepeat: true);
                break;
            default:
                await Answer(context, attempt);
                break;
        }
    }

    private async Task Begin(ConsumeContext<CapturePayment> context, Payment? payment, PaymentAttempt? known)
    {
        var command = context.Message;
        var attempt = known ?? new PaymentAttempt
        {
            Id = command.CaptureId,
            Kind = PaymentAttemptKind.Capture,
            OrderId = command.OrderId,
            Amount = command.Amount.Amount,
            Currency = command.Amount.Currency,
            Final = command.Final,
        };
        switch (CaptureDecision.Of(payment, command))
        {
            case CaptureDecision.Refuse refuse:
                attempt.Status = PaymentAttemptStatus.Failed;
                attempt.Failure = refuse.Reason;
                break;
            case CaptureDecision.Nothing:
                attempt.Status = PaymentAttemptStatus.Done;
                break;
            case CaptureDecision.PayFromAhead:
                attempt.Status = PaymentAttemptStatus.Done;
                payment!.CapturedAhead -= attempt.Amount;
                await GiveBackWhatIsLeft(context, payment, attempt);
                desk.Save(payment);
                break;
            case CaptureDecision.Take take when await Portion(payment!, take, context.CancellationToken) is { } moves:
                attempt.Status = PaymentAttemptStatus.Pending;
                attempt.Moves = moves;
                payment!.CapturingAmount += moves;
                (payment, attempt) = await desk.Open(payment, attempt, isNew: known is null);
                await Carry(context, payment, attempt, isRepeat: false);
                return;
            default:
                if (known is not null) return;
                attempt.Status = PaymentAttemptStatus.Waiting;
                break;
        }

        desk.Save(attempt, isNew: known is null);
        await Answer(context, attempt);
    }

    /// <summary>What to take, in minor units: the part, or all that is held. Null while the provider does not say.</summary>
    private async Task<long?> Portion(Payment payment, CaptureDecision.Take take, CancellationToken cancellationToken) =>
        take.IsLast || take.Amount == payment.Amount - payment.CapturedAmount
            ? take.Amount
            : await provider.TakesParts(payment.ProviderReference!, cancellationToken) switch
            {
                true => take.Amount,
                false => payment.Amount - payment.CapturedAmount,
                null => null,
            };

    private async Task Carry(
        ConsumeContext<CapturePayment> context, Payment payment, PaymentAttempt attempt, bool isRepeat)
    {
        var left = payment.Amount - payment.CapturedAmount;
        var order = new CaptureOrder(
            attempt.Id, new Money(attempt.Moves, payment.Currency), payment.CapturedAmount,
            Final: attempt.Final || attempt.Moves == left);
        switch (await provider.Capture(payment.ProviderReference!, order, isRepeat, context.CancellationToken))
        {
            case CaptureResult.Captured:
                payment.CapturingAmount -= attempt.Moves;
                payment.CapturedAmount += attempt.Moves;
                payment.CapturedAhead += attempt.Moves - attempt.Amount;
                if (order.Final) payment.Status = PaymentState.Captured;
                attempt.Status = PaymentAttemptStatus.Done;
                desk.Enter(payment, PaymentEntryKind.Capture, attempt.Id, attempt.Moves);
                await GiveBackWhatIsLeft(context, payment, attempt);
                break;
            case CaptureResult.Refused refused:
                payment.CapturingAmount -= attempt.Moves;
                attempt.Status = PaymentAttemptStatus.Failed;
                attempt.Failure = refused.Code;
                break;
            default:
                return;
        }

        desk.Save(payment);
        desk.Save(attempt);
        await Answer(context, attempt);
    }

    private static async Task GiveBackWhatIsLeft(
        ConsumeContext<CapturePayment> context, Payment payment, PaymentAttempt attempt)
    {
        if (!attempt.Final || payment.CapturedAhead == 0) return;
        await context.Send(QueueNames.AddressOf(typeof(RefundPayment)), new RefundPayment
        {
            OrderId = payment.OrderId,
            RefundId = MessageIds.Derive(payment.OrderId, LeftOver, 0),
            Amount = new Money(payment.CapturedAhead, payment.Currency),
            Reason = "taken ahead of parcels that were not sent",
        });
        payment.CapturedAhead = 0;
    }

    private static Task Answer(ConsumeContext context, PaymentAttempt attempt) => attempt.Status switch
    {
        PaymentAttemptStatus.Done => context.Publish(new PaymentCaptured
        {
            OrderId = attempt.OrderId,
            CaptureId = attempt.Id,
            Amount = new Money(attempt.Amount, attempt.Currency),
        }),
        PaymentAttemptStatus.Failed => context.Publish(new PaymentCaptureFailed
        {
            OrderId = attempt.OrderId,
            CaptureId = attempt.Id,
            Reason = attempt.Failure!,
        }),
        _ => Task.CompletedTask,
    };
}

/// <summary>What a capture comes to, by our books alone.</summary>
internal abstract record CaptureDecision
{
    private CaptureDecision()
    {
    }

    public sealed record Refuse(string Reason) : CaptureDecision;

    /// <summary>A capture of this payment is under way: what it comes to decides this one.</summary>
    public sealed record Wait : CaptureDecision;

    /// <summary>It was taken with an earlier parcel.</summary>
    public sealed record PayFromAhead : CaptureDecision;

    /// <summary>A parcel that costs nothing; what is still held runs out by itself.</summary>
    public sealed record Nothing : CaptureDecision;

    /// <param name="Amount">In minor units.</param>
    /// <param name="IsLast">What it leaves is released.</param>
    public sealed record Take(long Amount, bool IsLast) : CaptureDecision;

    public static CaptureDecision Of(Payment? payment, CapturePayment command)
    {
        var amount = command.Amount.Amount;
        return payment switch
        {
            { Status: PaymentState.Authorized or PaymentState.Captured } when payment.Currency != command.Amount.Currency =>
                new Refuse("other_currency"),
            { Status: PaymentState.Authorized or PaymentState.Captured } when amount < 0 || amount > payment.Amount =>
                new Refuse("more_than_authorized"),
            { Status: PaymentState.Authorized or PaymentState.Captured } when amount == 0 => new Nothing(),
            { VoidReason: not null } => new Refuse("voided"),
            { CapturingAmount: > 0 } => new Wait(),
            { CapturedAhead: > 0 } when amount <= payment.CapturedAhead => new PayFromAhead(),
            { Status: PaymentState.Captured } => new Refuse("more_than_authorized"),
            { Status: PaymentState.Authorized } => amount <= payment.Amount - payment.CapturedAmount
                ? new Take(amount, command.Final)
                : new Refuse("more_than_authorized"),
            _ => new Refuse("not_authorized"),
        };
    }
}
