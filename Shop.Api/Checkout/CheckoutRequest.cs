using System.ComponentModel.DataAnnotations;
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
    public string? Email { get; init; }

    [Required]
    public AddressRequest? ShippingAddress { get; init; }

    /// <summary><c>STANDARD</c> or <c>EXPRESS</c>.</summary>
    [Required]
    public string? ShippingMethod { get; init; }

    /// <summary>The provider's token for a card, never a card number.</summary>
    [Required]
    public string? PaymentMethod { get; init; }

    /// <summary>What the customer agreed to pay, shipping included.</summary>
    public MoneyRequest? ExpectedTotal { get; init; }

    /// <summary>Printed, it tells neither the person nor the card.</summary>
    public override string ToString() => nameof(CheckoutRequest);
}

internal sealed record AddressRequest
{
    [Required]
    public string? Name { get; init; }

    [Required]
    public string? Line1 { get; init; }

    public string? Line2 { get; init; }

    [Required]
    public string? City { get; init; }

    public string? Region { get; init; }

    [Required]
    public string? PostalCode { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    [Required]
    public string? Country { get; init; }

    public Address ToAddress() => new(Name!, Line1!, Line2, City!, Region, PostalCode!, Country!);
}

internal sealed record MoneyRequest
{
    [Required]
    public long? Amount { get; init; }

    [Required]
    public string? Currency { get; init; }

    public Money ToMoney() => new(Amount!.Value, Currency!);
}

/// <summary>The answer 202.</summary>
internal sealed record CheckoutAccepted(Guid OrderId, string Status, Money Total, string StatusUrl, string EventsUrl);
