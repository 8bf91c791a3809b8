using System.ComponentModel.DataAnnotations;
using Shop.Api.Http;
using Shop.Contracts;

namespace Shop.Api.Checkout;

/// <summary>
/// What a client sends. The attributes only document what must be there: <see cref="CheckoutRules"/> says all that is
/// wrong at once.
/// </summary>
/// <remarks>Requests are recognised by these members in this order: add at the end, reorder never.</remarks>
internal sealed record CheckoutRequest
{
    [Required]
    [Length(3, Text.LongestEmail)]
    public string? Email { get; init; }

    [Required]
    public AddressRequest? ShippingAddress { get; init; }

    /// <summary><c>STANDARD</c> or <c>EXPRESS</c>.</summary>
    [Required]
    [RegularExpression("^(STANDARD|EXPRESS)$")]
    public string? ShippingMethod { get; init; }

    /// <summary>The provider's token for a card, never a card number.</summary>
    [Required]
    [RegularExpression("^[A-Za-z][A-Za-z0-9_]{2,254}$")]
    public string? PaymentMethod { get; init; }

    /// <summary>What the customer agreed to pay, shipping included.</summary>
    public MoneyRequest? ExpectedTotal { get; init; }

    /// <summary>Printed, it tells neither the person nor the card.</summary>
    public override string ToString() => nameof(CheckoutRequest);
}

internal sealed record AddressRequest
{
    [Required]
    [Length(1, CheckoutRules.LongestLine)]
    public string? Name { get; init; }

    [Required]
    [Length(1, CheckoutRules.LongestLine)]
    public string? Line1 { get; init; }

    [MaxLength(CheckoutRules.LongestLine)]
    public string? Line2 { get; init; }

    [Required]
    [Length(1, CheckoutRules.LongestLine)]
    public string? City { get; init; }

    [MaxLength(CheckoutRules.LongestLine)]
    public string? Region { get; init; }

    [Required]
    [Length(1, CheckoutRules.LongestPostalCode)]
    public string? PostalCode { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    [Required]
    [RegularExpression("^[A-Z]{2}$")]
    public string? Country { get; init; }

    public Address ToAddress() => new(Name!, Line1!, Line2, City!, Region, PostalCode!, Country!);
}

internal sealed record MoneyRequest
{
    [Required]
    public long? Amount { get; init; }

    [Required]
    [RegularExpression("^[A-Z]{3}$")]
    public string? Currency { get; init; }

    public Money ToMoney() => new(Amount!.Value, Currency!);
}

/// <summary>The answer 202.</summary>
internal sealed record CheckoutAccepted(Guid OrderId, string Status, Money Total, string StatusUrl, string EventsUrl);
