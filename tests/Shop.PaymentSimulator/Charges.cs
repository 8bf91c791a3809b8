using System.Globalization;
using System.Security.Cryptography;

namespace Shop.PaymentSimulator;

/// <summary>What a call came to: a draft for the journal, a refusal that leaves no trace, or silence.</summary>
internal sealed record Outcome(Entry? Draft, Refusal? Refused, Delivery Delivery = Delivery.Answer)
{
    public static Outcome Of(Entry draft, Delivery delivery = Delivery.Answer) => new(draft, null, delivery);

    /// <summary>For parameters that make no sense: as at Stripe, the key is not used up.</summary>
    public static Outcome Refuse(Refusal refusal) => new(null, refusal);

    public static readonly Outcome Silence = new(null, null, Delivery.Hold);
}

/// <summary>Makes and confirms payments, and takes, releases and gives back money.</summary>
internal sealed class Charges(TimeProvider time)
{
    private const int MaxMetadata = 50;
    private const string RequestMulticapture = "payment_method_options[card][request_multicapture]";
    private const int MaxMetadataValue = 500;
    private const long MaxAmount = 99_999_999;

    public async ValueTask<Outcome> Create(IFormCollection form, CancellationToken stopping)
    {
        if (!TryAmount(form, "amount", out var amount) || amount is < 1 or > MaxAmount)
            return Outcome.Refuse(BadInteger("amount"));
        if (form["currency"].ToString() is not { Length: 3 } currency)
            return Outcome.Refuse(Refusal.Invalid("Missing required param: currency.", "currency"));
        if (Metadata(form) is not { } metadata)
            return Outcome.Refuse(Refusal.Invalid("Too much metadata.", "metadata"));
        if (form.Keys.Any(name => name.StartsWith("payment_method_types", StringComparison.Ordinal)))
            return Outcome.Refuse(Refusal.Invalid("Use allowed_payment_method_types.",
                "payment_method_types", "payment_method_types_no_longer_supported"));
        if (FindCard(form, null, out var paymentMethod) is not { } card && paymentMethod is not null)
            return Outcome.Refuse(UnknownMethod(paymentMethod));
        var confirm = form["confirm"] == "true";
        if (confirm && paymentMethod is null)
            return Outcome.Refuse(Refusal.Invalid("A payment method is needed to confirm.", "payment_method"));

        var intent = new Intent
        {
            Id = NewId("pi_3"),
            Amount = amount,
            Currency = currency.ToLowerInvariant(),
            Status = paymentMethod is null ? IntentStatus.RequiresPaymentMethod : IntentStatus.RequiresConfirmation,
            ManualCapture = form["capture_method"] == "manual",
            PaymentMethod = paymentMethod,
            Multicapture = form[RequestMulticapture] == "if_available",
            Metadata = metadata,
        };
        return confirm
            ? await Charge(new() { Operation = "create" }, intent, Cards.Find(paymentMethod!)!, stopping)
            : Outcome.Of(new() { Operation = "create", Intent = intent });
    }

    public async ValueTask<Outcome> Confirm(Intent intent, IFormCollection form, CancellationToken stopping)
    {
        if (intent.Status is not (IntentStatus.RequiresPaymentMethod or IntentStatus.RequiresConfirmation))
            return Unexpected("confirm", intent);
        // A declined method is gone from the payment: another must be given.
        var kept = intent.Status == IntentStatus.RequiresConfirmation ? intent.PaymentMethod : null;
        var card = FindCard(form, kept, out var paymentMethod);
        if (paymentMethod is null)
            return Outcome.Refuse(Refusal.Invalid("A payment method is needed to confirm.", "payment_method"));
        if (card is null)
            return Outcome.Refuse(UnknownMethod(paymentMethod));
        var attempt = intent with { PaymentMethod = paymentMethod };
        return await Charge(new() { Operation = "confirm" }, attempt, card, stopping);
    }

    public Outcome Capture(Intent intent, IFormCollection form)
    {
        if (intent.Status != IntentStatus.RequiresCapture)
            return Unexpected("capture", intent);
        if (!TryAmount(form, "amount_to_capture", out var amount, absent: intent.Capturable) || amount < 1)
            return Outcome.Refuse(BadInteger("amount_to_capture"));
        var isFinal = form["final_capture"] != "false";
        if (!isFinal && !intent.Multicapture)
            return Outcome.Of(new()
            {
                Operation = "capture",
                Refusal = Refusal.Invalid(
                    "This PaymentIntent does not support multicapture.", "final_capture", "parameter_invalid"),
            });
        if (amount > intent.Capturable)
            return Outcome.Of(new()
            {
                Operation = "capture",
                Refusal = Refusal.Invalid(
                    "The amount_to_capture must be less than or equal to the capturable amount.",
                    "amount_to_capture", "amount_too_large"),
            });
        var isDone = isFinal || amount == intent.Capturable;
        return Outcome.Of(new()
        {
            Operation = "capture",
            Intent = intent with
            {
                Status = isDone ? IntentStatus.Succeeded : IntentStatus.RequiresCapture,
                Received = intent.Received + amount,
                Capturable = isDone ? 0 : intent.Capturable - amount,
            },
            EventType = isDone ? "payment_intent.succeeded" : "payment_intent.amount_capturable_updated",
        });
    }

    public Outcome Cancel(Intent intent, IFormCollection form)
    {
        if (intent.Status is IntentStatus.Canceled or IntentStatus.Succeeded)
            return Unexpected("cancel", intent);
        return Outcome.Of(new()
        {
            Operation = "cancel",
            Intent = intent with
            {
                Status = IntentStatus.Canceled,
                Capturable = 0,
                CanceledAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
                CancellationReason = form["cancellation_reason"].FirstOrDefault(),
            },
            EventType = "payment_intent.canceled",
        });
    }

    public Outcome GiveBack(Intent intent, IFormCollection form)
    {
        var left = intent.Received - intent.Refunded;
        if (!TryAmount(form, "amount", out var amount, absent: left) || (amount < 1 && left > 0))
            return Outcome.Refuse(BadInteger("amount"));
        if (Metadata(form) is not { } metadata)
            return Outcome.Refuse(Refusal.Invalid("Too much metadata.", "metadata"));
        var refusal = intent.Received == 0
            ? Refusal.Invalid($"This PaymentIntent ({intent.Id}) does not have a successful charge to refund.")
            : left == 0
                ? Refusal.Invalid($"Charge {intent.Charge} has already been refunded.", code: "charge_already_refunded")
                : amount > left
                    ? Refusal.Invalid("Refund amount is greater than the unrefunded amount on the charge.", "amount")
                    : null;
        if (refusal is not null)
            return Outcome.Of(new() { Operation = "refund", Refusal = refusal });
        return Outcome.Of(new()
        {
            Operation = "refund",
            Intent = intent with { Refunded = intent.Refunded + amount },
            Refund = new()
            {
                Id = NewId("re_3"),
                IntentId = intent.Id,
                Amount = amount,
                Currency = intent.Currency,
                Metadata = metadata,
                Reason = form["reason"].FirstOrDefault(),
            },
        });
    }

    private async ValueTask<Outcome> Charge(Entry draft, Intent intent, Card card, CancellationToken stopping)
    {
        if (card.Wait > TimeSpan.Zero)
            await Task.Delay(card.Wait, time, stopping);
        if (card.Silent)
            return Outcome.Silence;
        if (card.Decline is { } decline)
            return Outcome.Of(draft with
            {
                Intent = intent with
                {
                    Status = IntentStatus.RequiresPaymentMethod,
                    PaymentMethod = null,
                    LastError = decline,
                },
                Refusal = decline,
                EventType = "payment_intent.payment_failed",
            });
        var charged = intent with
        {
            Authorized = intent.Amount,
            LastError = null,
            Multicapture = intent.Multicapture && !card.OneCapture,
        };
        return Outcome.Of(draft with
        {
            Intent = intent.ManualCapture
                ? charged with { Status = IntentStatus.RequiresCapture, Capturable = intent.Amount }
                : charged with { Status = IntentStatus.Succeeded, Received = intent.Amount },
            Refusal = card.RecordsError ? Refusal.Internal("An unknown error occurred.") : null,
            EventType = intent.ManualCapture ? "payment_intent.amount_capturable_updated" : "payment_intent.succeeded",
        }, card.Delivery);
    }

    private static Outcome Unexpected(string operation, Intent intent) => Outcome.Of(new()
    {
        Operation = operation,
        Intent = intent,
        Refusal = Refusal.Invalid(
            $"You cannot {operation} this PaymentIntent because it has a status of {intent.Status}.",
            code: "payment_intent_unexpected_state"),
    });

    private static Refusal BadInteger(string name) =>
        Refusal.Invalid("Invalid positive integer", name, "parameter_invalid_integer");

    private static Refusal UnknownMethod(string paymentMethod) =>
        Refusal.Missing("PaymentMethod", paymentMethod, inPath: false) with { Param = "payment_method" };

    private static Card? FindCard(IFormCollection form, string? otherwise, out string? paymentMethod)
    {
        paymentMethod = form["payment_method"].FirstOrDefault() ?? otherwise;
        return paymentMethod is null ? null : Cards.Find(paymentMethod);
    }

    private static bool TryAmount(IFormCollection form, string name, out long amount, long absent = 0)
    {
        amount = absent;
        return !form.TryGetValue(name, out var text)
            || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out amount);
    }

    /// <summary>Null when it is too much.</summary>
    private static Dictionary<string, string>? Metadata(IFormCollection form)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in form)
        {
            if (name.StartsWith("metadata[", StringComparison.Ordinal) && name[^1] == ']')
                found[name[9..^1]] = value.ToString();
        }

        return found.Count > MaxMetadata || found.Values.Any(value => value.Length > MaxMetadataValue) ? null : found;
    }

    private static string NewId(string prefix) => prefix + RandomNumberGenerator.GetHexString(24, lowercase: true);
}
