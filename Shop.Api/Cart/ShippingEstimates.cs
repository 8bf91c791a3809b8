using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Shop.Api.Checkout;
using Shop.Contracts;

namespace Shop.Api.Cart;

/// <summary>What each shipping method costs, as carts show it.</summary>
internal sealed class ShippingEstimates(IOptions<ShippingOptions> options)
{
    public const string CurrencyOfNothing = "USD";

    private readonly ConcurrentDictionary<string, IReadOnlyList<ShippingEstimate>> _byCurrency = new();

    /// <param name="currency">Of products of the catalogue, of which there are few.</param>
    public IReadOnlyList<ShippingEstimate> In(string currency) => _byCurrency.GetOrAdd(
        currency,
        static (currency, options) =>
            [.. ShippingOptions.Methods.Select(method =>
                new ShippingEstimate(method, new Money(options.Of(method), currency)))],
        options.Value);
}
