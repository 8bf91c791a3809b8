using System.Text.Json.Serialization;
using Shop.Contracts;

namespace Shop.Api.Cart;

/// <summary>
/// A cart as its owner sees it: what it costs is what it would cost now, and whether a price moved since its line was
/// added.
/// </summary>
internal sealed record CartView(
    IReadOnlyList<CartLineView> Lines, Money Subtotal, bool Changed, IReadOnlyList<ShippingEstimate> Shipping)
{
    /// <summary>What was left out since the cart was last shown, and why.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CartNotice>? Notices { get; init; }

    public static CartView Of(
        IReadOnlyList<CartLine> lines, IReadOnlyDictionary<string, CartGood> goods, ShippingEstimates shipping)
    {
        var views = new CartLineView[lines.Count];
        var subtotal = 0L;
        var changed = false;
        string? currency = null;
        for (var i = 0; i < views.Length; i++)
        {
            var line = lines[i];
            var good = goods.GetValueOrDefault(line.Sku);
            var current = good?.Price.Amount ?? line.UnitPrice;
            views[i] = new CartLineView
            {
                Sku = line.Sku,
                Title = good?.Price.Title ?? line.Sku,
                Quantity = line.Quantity,
                UnitPrice = line.UnitPrice,
                CurrentPrice = current,
                LineTotal = current with { Amount = current.Amount * line.Quantity },
                Availability = good is { Price.Active: true } ? good.Availability : Catalog.Availability.None,
            };
            // What has gone over to another currency cannot be ordered with the rest, nor added to it.
            if (current.Currency == (currency ??= current.Currency)) subtotal += current.Amount * line.Quantity;
            changed |= current != line.UnitPrice;
        }

        currency ??= ShippingEstimates.CurrencyOfNothing;
        return new CartView(views, new Money(subtotal, currency), changed, shipping.In(currency));
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

/// <summary>What a shipping method would add to the subtotal.</summary>
internal sealed record ShippingEstimate(string Method, Money Price);

/// <summary>Something that the owner should know.</summary>
/// <param name="Code"><c>quantity-limited</c> or <c>lines-limited</c>.</param>
/// <param name="Sku">Of what.</param>
/// <param name="Detail">For people to read.</param>
internal sealed record CartNotice(string Code, string Sku, string Detail)
{
    public static CartNotice Of(LeftOut left) => left.Limit == MergeScripts.TooManyLines
        ? new("lines-limited", left.Sku,
            $"A cart has at most {CartLine.MostLines} lines; the {left.Units} of this product were left out.")
        : new("quantity-limited", left.Sku,
            $"A line has at most {CartLine.MostOfOne}; {left.Units} more were left out.");
}
