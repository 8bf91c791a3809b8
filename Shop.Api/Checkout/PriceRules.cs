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

    /// <param name="Lines">Those whose price moved; none, if it is the expected total that was off.</param>
    /// <param name="Total">What it would come to now.</param>
    public sealed record Changed(IReadOnlyList<PriceChange> Lines, Money Total) : Pricing;

    public sealed record Unavailable(IReadOnlyList<string> Skus) : Pricing;
}

/// <summary>
/// Prices a cart by the catalogue. Nobody pays more than they saw: either the total that they expect is met exactly, or,
/// if they expect none, no price has risen since its line was added. A fall is theirs.
/// </summary>
internal static class PriceRules
{
    /// <param name="cart">At least one line.</param>
    /// <param name="prices">As they are now.</param>
    /// <param name="shipping">In minor units of the cart's currency.</param>
    /// <param name="expected">What the customer agreed to, if they said.</param>
    public static Pricing Price(
        IReadOnlyList<CartLine> cart, IReadOnlyDictionary<string, Price> prices, long shipping, Money? expected)
    {
        var lines = new OrderLine[cart.Count];
        List<string>? unavailable = null;
        List<PriceChange>? changes = null;
        string? currency = null;
        var total = shipping;
        var rose = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = cart[i];
            // An order is in one currency: a product that has left it cannot be ordered with the others.
            if (prices.GetValueOrDefault(line.Sku) is not { Active: true } price
                || price.Amount.Currency != (currency ??= price.Amount.Currency))
            {
                (unavailable ??= []).Add(line.Sku);
                continue;
            }

            lines[i] = new OrderLine(line.Sku, price.Title, line.Quantity, price.Amount);
            total += price.Amount.Amount * line.Quantity;
            if (price.Amount == line.UnitPrice) continue;
            (changes ??= []).Add(new PriceChange(line.Sku, line.Quantity, line.UnitPrice, price.Amount));
            rose |= price.Amount.Currency != line.UnitPrice.Currency || price.Amount.Amount > line.UnitPrice.Amount;
        }

        if (unavailable is not null) return new Pricing.Unavailable(unavailable);
        var now = new Money(total, currency!);
        return (expected is null ? rose : expected != now)
            ? new Pricing.Changed(changes ?? [], now)
            : new Pricing.Agreed(lines, new Money(shipping, currency!), now);
    }
}
