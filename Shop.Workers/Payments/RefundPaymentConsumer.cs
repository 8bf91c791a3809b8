using MassTransit;
using Shop.Contracts;
using Shop.Contracts.Payments;

namespace Shop.Workers.Payments;

/// <summary>
/// Gives captured money back. What was taken and is not on its way back already is all there is; a refund that only a
/// capture under way could cover waits for that.
/// </summary>
internal sealed class RefundPaymentConsumer(PaymentDesk desk, PaymentProvider provider) : IConsumer<RefundPayment>
{
    public async Task Consume(ConsumeContext<RefundPayment> context)
    {
        var command = context.Message;
        var payment = await desk.Find(command.OrderId);
        var attempt = await desk.FindAttempt(command.RefundId, PaymentAttemptKind.Refund, command.OrderId);
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

    private async Task Begin(ConsumeContext<RefundPayment> context, Payment? payment, PaymentAttempt? known)
    {
        var command = context.Message;
        var attempt = known ?? new PaymentAttempt
        {
            Id = command.RefundId,
            Kind = PaymentAttemptKind.Refund,
            OrderId = command.OrderId,
            Amount = command.Amount.Amount,
            Currency = command.Amount.Currency,
            Reason = command.Reason,
        };
        switch (RefundDecision.Of(payment, command.Amount))
        {
            case RefundDecision.Refuse refuse:
                attempt.Status = PaymentAttemptStatus.Failed;
                attempt.Failure = refuse.Reason;
                break;
            case RefundDecision.Give:
                attempt.Status = PaymentAttemptStatus.Pending;
                attempt.Moves = attempt.Amount;
                payment!.RefundingAmount += attempt.Amount;
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

    private async Task Carry(
        ConsumeContext<RefundPayment> context, Payment payment, PaymentAttempt attempt, bool isRepeat)
    {
        var amount = new Money(attempt.Amount, payment.Currency);
        switch (await provider.Refund(payment.ProviderReference!, amount, attempt.Id, isRepeat, context.CancellationToken))
        {
            case RefundResult.Refunded:
                payment.RefundingAmount -= attempt.Amount;
                payment.RefundedAmount += attempt.Amount;
                attempt.Status = PaymentAttemptStatus.Done;
                desk.Enter(payment, PaymentEntryKind.Refund, attempt.Id, attempt.Amount);
                break;
            case RefundResult.Refused refused:
                payment.RefundingAmount -= attempt.Amount;
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

    private static Task Answer(ConsumeContext context, PaymentAttempt attempt) => attempt.Status switch
    {
        PaymentAttemptStatus.Done => context.Publish(new PaymentRefunded
        {
            OrderId = attempt.OrderId,
            RefundId = attempt.Id,
            Amount = new Money(attempt.Amount, attempt.Currency),
        }),
        PaymentAttemptStatus.Failed => context.Publish(new PaymentRefundFailed
        {
            OrderId = attempt.OrderId,
            RefundId = attempt.Id,
            Reason = attempt.Failure!,
        }),
        _ => Task.CompletedTask,
    };
}

/// <summary>What a refund comes to, by our books alone.</summary>
internal abstract record RefundDecision
{
    private RefundDecision()
    {
    }

    public sealed record Refuse(string Reason) : RefundDecision;

    /// <summary>A capture is under way that would cover it.</summary>
    public sealed record Wait : RefundDecision;

    public sealed record Give : RefundDecision;

    public static RefundDecision Of(Payment? payment, Money amount)
    {
        if (payment is null) return new Refuse("not_captured");
        if (amount.Currency != payment.Currency) return new Refuse("other_currency");
        if (amount.Amount < 1) return new Refuse("invalid_amount");
        var left = payment.CapturedAmount - payment.RefundedAmount - payment.RefundingAmount;
        return amount.Amount <= left ? new Give()
            : amount.Amount <= left + payment.CapturingAmount ? new Wait()
            : new Refuse(payment.CapturedAmount == 0 ? "not_captured" : "more_than_captured");
    }
}
