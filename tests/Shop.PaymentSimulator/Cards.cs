using System.Globalization;

namespace Shop.PaymentSimulator;

/// <summary>How the response of a charge reaches its caller, or does not.</summary>
internal enum Delivery
{
    Answer,

    /// <summary>The connection is held until the caller gives up.</summary>
    Hold,

    /// <summary>The connection is cut.</summary>
    Abort,

    /// <summary>500, though the charge is made; a repeat with the same key is told the truth.</summary>
    ErrorOnce,
}

/// <summary>What a payment method does when it is charged.</summary>
internal sealed record Card
{
    public TimeSpan Wait { get; init; }
    public Refusal? Decline { get; init; }
    public Delivery Delivery { get; init; }

    /// <summary>Nothing ever comes of it: no charge and no answer.</summary>
    public bool Silent { get; init; }

    /// <summary>Its payments are captured once, whatever is asked for.</summary>
    public bool OneCapture { get; init; }

    /// <summary>500 though the charge is made, and recorded under the key: every repeat is 500 as well.</summary>
    public bool RecordsError { get; init; }
}

/// <summary>The payment methods that it knows: Stripe's test cards, and some that misbehave.</summary>
internal static class Cards
{
    public const int MaxWaitSeconds = 120;
    private const int DefaultWaitSeconds = 3;

    private static readonly Card Plain = new();

    private static readonly Dictionary<string, Card> Known = new(StringComparer.Ordinal)
    {
        ["pm_card_visa"] = Plain,
        ["pm_card_visa_debit"] = Plain,
        ["pm_card_mastercard"] = Plain,
        ["pm_card_amex"] = Plain,
        ["pm_card_discover"] = Plain,
        ["chargeDeclined"] = Declined("card_declined", "generic_decline", "Your card was declined."),
        ["chargeDeclinedInsufficientFunds"] =
            Declined("card_declined", "insufficient_funds", "Your card has insufficient funds."),
        ["chargeDeclinedLostCard"] = Declined("card_declined", "lost_card", "Your card was declined."),
        ["chargeDeclinedStolenCard"] = Declined("card_declined", "stolen_card", "Your card was declined."),
        ["chargeDeclinedFraudulent"] = Declined("card_declined", "fraudulent", "Your card was declined."),
        ["chargeDeclinedExpiredCard"] = Declined("expired_card", null, "Your card has expired."),
        ["chargeDeclinedIncorrectCvc"] =
            Declined("incorrect_cvc", null, "Your card's security code is incorrect."),
        ["chargeDeclinedProcessingError"] =
            Declined("processing_error", null, "An error occurred while processing your card. Try again later."),
        ["authenticationRequired"] = Declined("authentication_required", "authentication_required",
            "Your card was declined. This transaction requires authentication."),
        ["silent"] = new() { Silent = true, Delivery = Delivery.Hold },
        ["silentAfterCharge"] = new() { Delivery = Delivery.Hold },
        ["lostResponse"] = new() { Delivery = Delivery.Abort },
        ["errorAfterCharge"] = new() { Delivery = Delivery.ErrorOnce },
        ["oneCapture"] = new() { OneCapture = true },
        ["errorAfterChargeRecorded"] = new() { RecordsError = true },
    };

    /// <summary>The card of that name, or null. <c>pm_card_slow_5</c> takes five seconds.</summary>
    public static Card? Find(string paymentMethod)
    {
        if (Known.TryGetValue(paymentMethod, out var card))
            return card;
        var name = paymentMethod.StartsWith("pm_card_visa_", StringComparison.Ordinal) ? paymentMethod[13..]
            : paymentMethod.StartsWith("pm_card_", StringComparison.Ordinal) ? paymentMethod[8..]
            : "";
        return name.Length == 0 ? null : Known.GetValueOrDefault(name) ?? Slow(name);
    }

    private static Card? Slow(string name)
    {
        var parts = name.Split('_');
        var seconds = DefaultWaitSeconds;
        if (parts.Length > 2 || (parts.Length == 2
            && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out seconds)
                || seconds > MaxWaitSeconds)))
            return null;
        var wait = TimeSpan.FromSeconds(seconds);
        return parts[0] switch
        {
            "slow" => Plain with { Wait = wait },
            "slowThenDeclined" => Known["chargeDeclined"] with { Wait = wait },
            _ => null,
        };
    }

    private static Card Declined(string code, string? declineCode, string message) => new()
    {
        Decline = new(StatusCodes.Status402PaymentRequired, "card_error", message)
        {
            Code = code,
            DeclineCode = declineCode,
        },
    };
}
