using Shop.Api.Cart;
using Shop.Api.Catalog;
using Shop.Api.Http;
using Shop.Contracts;
using Shop.Contracts.Orders;

namespace Shop.Api.Checkout;

/// <summary>What a cart comes to, or why it is not to be ordered as it is.</summary>
internal abstract record Pricing
{
    public sealed record Agreed(IReadOnlyList<OrderLine> Lines, Money Shipping, Money Total) : Pricing;

    /// <param name="Lines">
    /// Those whose price moved; none, if it is the expected total that was off; all, if some may not have been seen.
    /// </param>
    /// <param name="Total">What it would come to now.</param>
    public sealed record Changed(IReadOnlyList<PriceChange> Lines, Money Total) : Pricing;

    public sealed record Unavailable(IReadOnlyList<string> Skus) : Pricing;

    /// <param name="Currency">Of the oldest line.</param>
    /// <param name="Skus">Which are sold in another.</param>
    public sealed record OfSeveralCurrencies(string Currency, IReadOnlyList<string> Skus) : Pricing;

    /// <param name="Errors">What is more than a cart may have, by field.</param>
    public sealed record TooMuch(IReadOnlyDictionary<string, string[]> Errors) : Pricing;
}

/// <summary>
/// Prices a cart by the catalogue. Nobody pays more than they saw: either the total that they expect is met exactly, or,
/// if they expect none, no price has risen since its line was added, and no line has come that they may not have seen. A
/// fall is theirs.
/// </summary>
internal static class PriceRules
{
    /// <param name="cart">At least one line.</param>
    /// <param name="prices">As they are now.</param>
    /// <param name="shipping">In minor units of the cart's currency.</param>
    /// <param name="expected">What the customer agreed to, if they said.</param>
    /// <param name="hasGrown">Whether lines joined the cart with this very request.</param>
    public static Pricing Price(
        IReadOnlyList<CartLine> cart, IReadOnlyDictionary<string, Price> prices, long shipping, Money? expected,
        bool hasGrown = false)
    {
        if (Excess(cart) is { Count: > 0 } excess) return new Pricing.TooMuch(excess);
        var lines = new OrderLine[cart.Count];
        List<string>? unavailable = null;
        List<string>? others = null;
        List<PriceChange>? changes = null;
        string? currency = null;
        var total = shipping;
        var rose = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = cart[i];
            if (prices.GetValueOrDefault(line.Sku) is not { Active: true } price)
            {
                (unavailable ??= []).Add(line.Sku);
                continue;
            }

            if (price.Amount.Currency != (currency ??= price.Amount.Currency)) (others ??= []).Add(line.Sku);

            lines[i] = new OrderLine(line.Sku, price.Title, line.Quantity, price.Amount);
            total += price.Amount.Amount * line.Quantity;
            if (price.Amount == line.UnitPrice && !hasGrown) continue;
            (changes ??= []).Add(new PriceChange(line.Sku, line.Quantity, line.UnitPrice, price.Amount));
            rose |= price.Amount.Currency != line.UnitPrice.Currency || price.Amount.Amount > line.UnitPrice.Amount;
        }

        if (unavailable is not null) return new Pricing.Unavailable(unavailable);
        if (others is not null) return new Pricing.OfSeveralCurrencies(currency!, others);
        var now = new Money(total, currency!);
        return (expected is null ? rose || hasGrown : expected != now)
            ? new Pricing.Changed(changes ?? [], now)
            : new Pricing.Agreed(lines, new Money(shipping, currency!), now);
    }

    /// <summary>
    /// What no order can have. Adds and merges keep to it; a cart that Redis brought back in two parts may not.
    /// </summary>
    private static Dictionary<string, string[]> Excess(IReadOnlyList<CartLine> cart)
    {
        var errors = new Dictionary<string, string[]>();
        if (cart.Count > CartLine.MostLines)
            errors["lines"] = [$"An order has at most {CartLine.MostLines}, and the cart has {cart.Count}: take some out."];
        if (cart.FirstOrDefault(line => line.Quantity > CartLine.MostOfOne) is { } line)
            errors["quantity"] = [$"A line has at most {CartLine.MostOfOne}; that of {line.Sku} has {line.Quantity}."];
        return errors;
    }
}
