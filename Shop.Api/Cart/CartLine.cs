using System.Globalization;
using System.Numerics;
using Shop.Contracts;

namespace Shop.Api.Cart;

/// <summary>
/// A line of a cart, with the price it was added at. Stored under its SKU as
/// <c>quantity|amount|currency|addedAtUnixMilliseconds</c>.
/// </summary>
internal sealed record CartLine(string Sku, int Quantity, Money UnitPrice, long AddedAt)
{
    public const int MostLines = 100;
    public const int MostOfOne = 99;

    /// <summary>All but the quantity, which the server counts.</summary>
    public static string Tail(Money unitPrice, long addedAt) =>
        string.Create(CultureInfo.InvariantCulture, $"|{unitPrice.Amount}|{unitPrice.Currency}|{addedAt}");

    /// <exception cref="FormatException">Someone else wrote it.</exception>
    public static CartLine Parse(string sku, ReadOnlySpan<char> stored)
    {
        Span<Range> parts = stackalloc Range[5];
        return stored.Split(parts, '|') == 4
            ? new CartLine(sku, Number<int>(stored[parts[0]]),
                new Money(Number<long>(stored[parts[1]]), stored[parts[2]].ToString()), Number<long>(stored[parts[3]]))
            : throw new FormatException($"The cart's line '{stored}' of {sku} cannot be read.");
    }

    /// <summary>In the order they were added; of several lines of one SKU, all units in the oldest.</summary>
    public static IReadOnlyList<CartLine> Ordered(List<CartLine> lines)
    {
        if (lines.Count < 2) return lines;
        lines.Sort(static (a, b) => a.AddedAt != b.AddedAt
            ? a.AddedAt.CompareTo(b.AddedAt)
            : string.CompareOrdinal(a.Sku, b.Sku));
        var places = new Dictionary<string, int>(lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            if (places.TryAdd(lines[i].Sku, i)) continue;
            var first = places[lines[i].Sku];
            lines[first] = lines[first] with { Quantity = lines[first].Quantity + lines[i].Quantity };
            lines.RemoveAt(i--);
        }

        return lines;
    }

    private static T Number<T>(ReadOnlySpan<char> text)
        where T : INumberBase<T> => T.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
