using System.Text.RegularExpressions;
using Shop.Api.Http;

namespace Shop.Api.Checkout;

/// <summary>What a checkout's payload must be like, apart from what only the cart and the catalogue know.</summary>
internal static partial class CheckoutRules
{
    public const string Standard = "STANDARD";
    public const string Express = "EXPRESS";

    private const string Required = "It is required.";
    internal const int LongestLine = 200;
    internal const int LongestPostalCode = 20;

    /// <summary>Everything that is wrong, by field; empty if nothing is.</summary>
    public static Dictionary<string, string[]> Check(CheckoutRequest request)
    {
        var errors = new Dictionary<string, string[]>();
        void Require(string field, bool isThere, bool isRight, string rule)
        {
            if (!isThere) errors[field] = [Required];
            else if (!isRight) errors[field] = [rule];
        }

        void RequireText(string field, string? text, int longest, bool optional = false) => Require(
            field, optional || !string.IsNullOrWhiteSpace(text), Text.IsText(text, longest),
            $"It must be at most {longest} characters without control characters.");

        Require("email", !string.IsNullOrEmpty(request.Email), Text.IsEmail(request.Email), "It must be an e-mail address.");
        if (request.ShippingAddress is not { } to) errors["shippingAddress"] = [Required];
        else
        {
            RequireText("shippingAddress.name", to.Name, LongestLine);
            RequireText("shippingAddress.line1", to.Line1, LongestLine);
            RequireText("shippingAddress.line2", to.Line2, LongestLine, optional: true);
            RequireText("shippingAddress.city", to.City, LongestLine);
            RequireText("shippingAddress.region", to.Region, LongestLine, optional: true);
            RequireText("shippingAddress.postalCode", to.PostalCode, LongestPostalCode);
            Require("shippingAddress.country", !string.IsNullOrEmpty(to.Country), Country().IsMatch(to.Country ?? ""),
                "It must be a country code of two capital letters (ISO 3166-1 alpha-2).");
        }

        Require("shippingMethod", !string.IsNullOrEmpty(request.ShippingMethod),
            request.ShippingMethod is Standard or Express, $"It must be {Standard} or {Express}.");
        Require("paymentMethod", !string.IsNullOrEmpty(request.PaymentMethod),
            PaymentToken().IsMatch(request.PaymentMethod ?? "") && !CardNumber.IsIn(request.PaymentMethod),
            "It must be the payment provider's token, such as pm_…, and never a card's number.");
        if (request.ExpectedTotal is { } expected)
        {
            Require("expectedTotal.amount", expected.Amount is not null, expected.Amount >= 0,
                "It must not be negative.");
            Require("expectedTotal.currency", !string.IsNullOrEmpty(expected.Currency),
                Currency().IsMatch(expected.Currency ?? ""),
                "It must be a currency code of three capital letters (ISO 4217).");
        }

        return errors;
    }

    [GeneratedRegex(@"\A[A-Z]{2}\z")]
    private static partial Regex Country();

    [GeneratedRegex(@"\A[A-Z]{3}\z")]
    private static partial Regex Currency();

    /// <summary>Begins with a letter, so that a card number is not one.</summary>
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{2,254}\z")]
    private static partial Regex PaymentToken();
}
