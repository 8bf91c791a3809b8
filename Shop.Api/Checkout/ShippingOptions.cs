using System.ComponentModel.DataAnnotations;

namespace Shop.Api.Checkout;

/// <summary>What each shipping method costs, in minor units of the order's currency. Section <c>Shipping</c>.</summary>
internal sealed class ShippingOptions
{
    public static readonly IReadOnlyList<string> Methods = [CheckoutRules.Standard, CheckoutRules.Express];

    [Range(0, 1_000_000)]
    public long Standard { get; init; }

    [Range(0, 1_000_000)]
    public long Express { get; init; } = 999;

    public long Of(string method) => method == CheckoutRules.Express ? Express : Standard;
}
