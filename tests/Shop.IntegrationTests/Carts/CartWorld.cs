using System.Collections.Immutable;
using Shop.Api.Cart;

namespace Shop.IntegrationTests.Carts;

/// <summary>What is promised of one cart: its units by SKU, and what checkouts have frozen of it by their keys.</summary>
internal sealed record CartWorld(
    ImmutableSortedDictionary<string, int> Lines, ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, int>> Frozen)
{
    private static readonly ImmutableSortedDictionary<string, int> Nothing =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    public static readonly CartWorld Empty = new(
        Nothing, ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, int>>(StringComparer.Ordinal));

    /// <summary>What is frozen counts, since it may come back.</summary>
    public (CartWorld After, string Answer) Add(string sku, int units) =>
        Lines.GetValueOrDefault(sku) + Held(sku) + units > CartLine.MostOfOne
            ? (this, $"{CartRefusal.TooManyOfOne}")
            : (this with { Lines = Plus(Lines, sku, units) }, "");

    /// <summary>Nothing of this line comes back any more.</summary>
    public (CartWorld After, string Answer) Set(string sku, int units) =>
        (Stripped(sku) with { Lines = Lines.SetItem(sku, units) }, "");

    public (CartWorld After, string Answer) Remove(string sku) => (Stripped(sku) with { Lines = Lines.Remove(sku) }, "");

    public static (CartWorld After, string Answer) Clear() => (Empty, "");

    public (CartWorld After, string Answer) Freeze(string key)
    {
        if (Frozen.ContainsKey(key)) return (this, "running");
        return Lines.IsEmpty
            ? (this, Frozen.IsEmpty ? "empty" : "under way")
            : (this with { Lines = Nothing, Frozen = Frozen.Add(key, Lines) }, $"frozen {Told(Lines)}");
    }

    /// <summary>The checkout came to nothing.</summary>
    public (CartWorld After, string Answer) Thaw(string key) => Frozen.TryGetValue(key, out var lines)
        ? (new CartWorld(lines.Aggregate(Lines, (cart, line) => Plus(cart, line.Key, line.Value)), Frozen.Remove(key)), "")
        : (this, "");

    /// <summary>It has become an order.</summary>
    public (CartWorld After, string Answer) Order(string key) => (this with { Frozen = Frozen.Remove(key) }, "");

    /// <summary>Brings another's lines.</summary>
    /// <returns>The cart, and what had no room.</returns>
    public (CartWorld After, ImmutableSortedDictionary<string, int> LeftOut) Take(ImmutableSortedDictionary<string, int> others)
    {
        var (cart, leftOut) = (Lines, Nothing);
        foreach (var (sku, units) in others)
        {
            var room = Math.Max(0, CartLine.MostOfOne - Held(sku) - cart.GetValueOrDefault(sku));
            if (room > 0) cart = Plus(cart, sku, Math.Min(room, units));
            if (units > room) leftOut = leftOut.Add(sku, units - room);
        }

        return (this with { Lines = cart }, leftOut);
    }

    public static string Told(IEnumerable<KeyValuePair<string, int>> lines) =>
        string.Join(' ', lines.Select(line => $"{line.Key}{line.Value}"));

    public override string ToString() =>
        $"{Told(Lines)}; {string.Join(' ', Frozen.Select(frozen => $"{frozen.Key}[{Told(frozen.Value)}]"))}";

    private CartWorld Stripped(string sku) => this with
    {
        Frozen = Frozen.ToImmutableSortedDictionary(
            frozen => frozen.Key, frozen => frozen.Value.Remove(sku), StringComparer.Ordinal),
    };

    private int Held(string sku) => Frozen.Values.Sum(lines => lines.GetValueOrDefault(sku));

    private static ImmutableSortedDictionary<string, int> Plus(
        ImmutableSortedDictionary<string, int> lines, string sku, int units) =>
        lines.SetItem(sku, lines.GetValueOrDefault(sku) + units);
}
