using System.Collections.Immutable;
using CsCheck;
using Shop.Api.Cart;
using Shop.Contracts;

namespace Shop.Tests.Api;

/// <summary>
/// What merging two carts comes to, in a dozen lines: the scripts in Redis are held against it, and it against what is
/// promised.
/// </summary>
internal static class CartMergeModel
{
    private static readonly Gen<string> Skus = Gen.Int[0, 130].Select(n => $"{(n % 3 == 0 ? "A" : "Z")}{n}-{n % 7}");

    private static readonly Gen<CartLine> Lines = Gen.Select(
        Skus, Gen.OneOf(Gen.Int[1, 5], Gen.Int[1, CartLine.MostOfOne]), Gen.Long[0, 3],
        Gen.Bool.Select(usual => usual ? "USD" : "EUR"), Gen.Long[1, 4],
        (sku, quantity, amount, currency, added) => new CartLine(sku, quantity, new Money(amount, currency), added));

    /// <summary>Few products and few times, so that carts meet in many; sometimes more than fit into one.</summary>
    public static Gen<ImmutableSortedDictionary<string, CartLine>> Carts { get; } =
        Gen.OneOf(Lines.Array[0, 8], Lines.Array[0, 160]).Select(lines => Cut(
            lines.GroupBy(line => line.Sku).Select(same => same.First()))).Select(merged => merged.Cart);

    public static Merged Merge(
        ImmutableSortedDictionary<string, CartLine> one, ImmutableSortedDictionary<string, CartLine> other)
    {
        var joined = one.Values.Concat(other.Values).GroupBy(line => line.Sku).Select(same => Oldest(same) with
        {
            Quantity = same.Sum(line => line.Quantity),
        }).ToList();
        var merged = Cut(joined.Select(line => line with
        {
            Quantity = Math.Min(line.Quantity, CartLine.MostOfOne),
        }));
        var tooMany = joined.Where(line => line.Quantity > CartLine.MostOfOne)
            .Select(line => new LeftOut(MergeScripts.TooManyOfOne, line.Sku, line.Quantity - CartLine.MostOfOne, ""));
        return merged with { LeftOut = [.. tooMany, .. merged.LeftOut] };
    }

    public static long Units(this ImmutableSortedDictionary<string, CartLine> cart) =>
        cart.Values.Sum(line => (long)line.Quantity);

    private static CartLine Oldest(IEnumerable<CartLine> lines) => lines
        .OrderBy(line => line.AddedAt).ThenBy(line => line.UnitPrice.Amount)
        .ThenBy(line => line.UnitPrice.Currency, StringComparer.Ordinal).First();

    private static Merged Cut(IEnumerable<CartLine> lines)
    {
        var sorted = lines.OrderBy(line => line.Sku, StringComparer.Ordinal).ToList();
        return new Merged(
            sorted.Take(CartLine.MostLines)
                .ToImmutableSortedDictionary(line => line.Sku, line => line, StringComparer.Ordinal),
            [.. sorted.Skip(CartLine.MostLines)
                .Select(line => new LeftOut(MergeScripts.TooManyLines, line.Sku, line.Quantity, ""))]);
    }
}

/// <summary>A cart after a merge, and what had no room.</summary>
internal sealed record Merged(ImmutableSortedDictionary<string, CartLine> Cart, ImmutableArray<LeftOut> LeftOut);
