using Shop.Api.Catalog;
using Shop.Contracts;

namespace Shop.Api.Cart;

/// <summary>
/// A cart as its owner sees it: what it costs is what it would cost now, and whether a price moved since its line was
/// added.
/// </summary>
internal sealed record CartView(IReadOnlyList<CartLineView> Lines, Money Subtotal, bool Changed)
{
    /// <summary>Of nothing.</summary>
    private const string Currency = "USD";

    public static readonly CartView Empty = new([], new Money(0, Currency), false);

    public static CartView Of(
        IReadOnlyList<CartLine> lines,
        IReadOnlyDictionary<string, Price> prices,
        IReadOnlyDictionary<string, string> availability)
    {
        if (lines.Count == 0) return Empty;
        var views = new CartLineView[lines.Count];
        var subtotal = 0L;
        var changed = false;
        for (var i = 0; i < views.Length; i++)
        {
            var line = lines[i];
            var price = prices.GetValueOrDefault(line.Sku);
            var current = price?.Amount ?? line.UnitPrice;
            views[i] = new CartLineView
            {
                Sku = line.Sku,
                Title = price?.Title ?? line.Sku,
                Quantity = line.Quantity,
                UnitPrice = line.UnitPrice,
                CurrentPrice = current,
                LineTotal = current with { Amount = current.Amount * line.Quantity },
                Availability = price is { Active: true }
                    ? availability.GetValueOrDefault(line.Sku, Catalog.Availability.None)
                    : Catalog.Availability.None,
            };
            subtotal += current.Amount * line.Quantity;
            changed |= current != line.UnitPrice;
        }

        return new CartView(views, new Money(subtotal, views[0].CurrentPrice.Currency), changed);
    }
}

internal sealed record CartLineView
{
    public required string Sku { get; init; }
    public required string Title { get; init; }
    public required int Quantity { get; init; }

    /// <summary>When it was added.</summary>
    public required Money UnitPrice { get; init; }

    public required Money CurrentPrice { get; init; }

    /// <summary>At the current price.</summary>
    public required Money LineTotal { get; init; }

    public required string Availability { get; init; }
}
