using Shop.Contracts;
using Stripe;

namespace Shop.Workers.Payments;

/// <summary>What becomes of money that is held: it is taken, in one part or several, released, or given back.</summary>
internal sealed partial class PaymentProvider
{
    private const string RefundId = "refund_id";
    private const int MostRefunds = 100;

    /// <summary>Gives an authorisation back. Doing it twice is no different from doing it once.</summary>
    public async Task<VoidResult> Void(string reference, CancellationToken cancellationToken)
    {
        // Cancelling is harmless to repeat, so a repeat has a key of its own: a recorded error would only be replayed.
        var answer = await call.Ask(
            (repeats, token) => intents.CancelAsync(
                reference, null, repeats == 0 ? Keyed($"void-{reference}") : null, token),
            cancellationToken);
        if (answer.Value is null)
        {
            LogNotDone("cancel", reference, answer.Silence ?? Describe(answer.Refusal!));
            answer = await Get(reference, cancellationToken);
        }

        return answer.Value switch
        {
            { AmountReceived: > 0, AmountCapturable: 0 } taken =>
                new VoidResult.AlreadyCaptured(AmountOf(taken, taken.AmountReceived)),
            { Status: "canceled" } => new VoidResult.Voided(),
            { Status: "succeeded" } => new VoidResult.AlreadyCaptured(new Money(0, "")),
            { } other => new VoidResult.Unknown(other.Status),
            null => new VoidResult.Unknown(answer.Silence ?? Describe(answer.Refusal!)),
        };
    }

    /// <summary>Whether a payment may be taken in several parts. Null while the provider is silent.</summary>
    public async Task<bool?> TakesParts(string reference, CancellationToken cancellationToken)
    {
        var answer = await call.Ask(
            (_, token) => intents.GetAsync(reference, new() { Expand = ["latest_charge"] }, null, token),
            cancellationToken);
        return answer.Value is { } intent
            ? intent.LatestCharge?.PaymentMethodDetails?.Card?.Multicapture?.Status == "available"
            : null;
    }

    /// <summary>
    /// Takes a part of what is held, once for each id, which is ours. One at a time: what was taken before it tells
    /// whether a call whose answer was lost was carried out.
    /// </summary>
    public async Task<CaptureResult> Capture(
        string reference, CaptureOrder order, bool isRepeat, CancellationToken cancellationToken)
    {
        if (isRepeat && await IsTaken(reference, order, cancellationToken) == true)
            return new CaptureResult.Captured(order.Amount);
        var answer = await SendCapture(reference, order, $"capture-{order.Id}", cancellationToken);
        if (answer.Value is { } taken && order.IsTakenOf(taken)) return new CaptureResult.Captured(order.Amount);
        LogNotDone("capture", reference, answer.Silence ?? (answer.Refusal is { } said ? Describe(said) : "taken in part"));
        var isTaken = await IsTaken(reference, order, cancellationToken);
        if (isTaken == false && answer.Faulted)
        {
            // An error that is recorded under the key would be replayed for a day. It was answered, so nothing is under way.
            answer = await SendCapture(reference, order, $"capture-{order.Id}-again", cancellationToken);
            isTaken = answer.Value is { } late && order.IsTakenOf(late) ? true
                : answer.Refusal is null ? null
                : await IsTaken(reference, order, cancellationToken);
        }

        return isTaken switch
        {
            true => new CaptureResult.Captured(order.Amount),
            false when answer.Refusal is { } refusal && !SaysNothing(refusal) =>
                new CaptureResult.Refused(Describe(refusal)),
            _ => new CaptureResult.Unknown(answer.Silence ?? "not known to be taken"),
        };
    }

    /// <summary>Gives back money that was taken. The id is ours, and makes it happen once.</summary>
    public async Task<RefundResult> Refund(
        string reference, Money amount, Guid refundId, bool isRepeat, CancellationToken cancellationToken)
    {
        // Once its key is forgotten, sending it again would be another refund.
        if (isRepeat)
        {
            var (isKnown, made) = await FindRefund(reference, refundId, cancellationToken);
            if (made is not null) return Judge(made, amount);
            if (!isKnown) return new RefundResult.Unknown("not known to be made");
        }

        var options = new RefundCreateOptions
        {
            PaymentIntent = reference,
            Amount = amount.Amount,
            Metadata = new() { [RefundId] = refundId.ToString() },
        };
        var answer = await call.Ask(
            (_, token) => refunds.CreateAsync(options, Keyed($"refund-{refundId}"), token), cancellationToken);
        if (answer.Value is { } refund) return Judge(refund, amount);
        LogNotDone("refund", reference, answer.Silence ?? Describe(answer.Refusal!));
        if (answer.Refusal is { } refusal && !SaysNothing(refusal)) return new RefundResult.Refused(Describe(refusal));
        var (_, found) = await FindRefund(reference, refundId, cancellationToken);
        return found is not null
            ? Judge(found, amount)
            : new RefundResult.Unknown(answer.Silence ?? Describe(answer.Refusal!));
    }

    private Task<ProviderAnswer<PaymentIntent>> SendCapture(
        string reference, CaptureOrder order, string key, CancellationToken cancellationToken)
    {
        var options = new PaymentIntentCaptureOptions
        {
            AmountToCapture = order.Amount.Amount,
            // Left out it is true, also for a payment that is captured once.
            FinalCapture = order.Final ? null : false,
        };
        return call.Ask((_, token) => intents.CaptureAsync(reference, options, Keyed(key), token), cancellationToken);
    }

    /// <summary>Null while the provider does not say.</summary>
    private async Task<bool?> IsTaken(string reference, CaptureOrder order, CancellationToken cancellationToken) =>
        (await Get(reference, cancellationToken)).Value is { } intent ? order.IsTakenOf(intent) : null;

    private async Task<(bool IsKnown, Refund? Refund)> FindRefund(
        string reference, Guid refundId, CancellationToken cancellationToken)
    {
        var answer = await call.Ask(
            (_, token) => refunds.ListAsync(new() { PaymentIntent = reference, Limit = MostRefunds }, null, token),
            cancellationToken);
        return (answer.Value is not null,
            answer.Value?.FirstOrDefault(one => one.Metadata.GetValueOrDefault(RefundId) == refundId.ToString()));
    }

    private static RefundResult Judge(Refund refund, Money amount) => refund.Status is "failed" or "canceled"
        ? new RefundResult.Refused($"{refund.Status} {refund.FailureReason}".TrimEnd())
        : new RefundResult.Refunded(refund.Id, amount);
}

/// <summary>A part of a payment to be taken.</summary>
/// <param name="Id">Ours.</param>
/// <param name="Amount">What is to be taken now.</param>
/// <param name="TakenBefore">What was taken of the payment before, in minor units.</param>
/// <param name="Final">Whether what is left is released.</param>
internal sealed record CaptureOrder(Guid Id, Money Amount, long TakenBefore, bool Final)
{
    public bool IsTakenOf(PaymentIntent intent) => intent.AmountReceived >= TakenBefore + Amount.Amount;
}
