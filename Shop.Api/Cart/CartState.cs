using System.Globalization;
using StackExchange.Redis;

namespace Shop.Api.Cart;

/// <summary>
/// A cart as a script answered with it: its lines, what checkouts under way have frozen of it, and what was left out of it
/// without its owner having been told.
/// </summary>
internal sealed record CartState(
    IReadOnlyList<CartLine> Lines, IReadOnlyList<FrozenCart> Frozen, IReadOnlyList<LeftOut> LeftOut)
{
    public static readonly CartState Empty = new([], [], []);

    /// <summary>The lines with those that are frozen, which are the owner's until an order has them.</summary>
    public IReadOnlyList<CartLine> Whole() =>
        Frozen.Count == 0 ? Lines : CartLine.Ordered([.. Lines, .. Frozen.SelectMany(frozen => frozen.Lines)]);

    public static CartState Read(RedisResult answer)
    {
        var lines = ReadLines(answer[0]);
        if (answer.Length == 1) return new CartState(lines, [], []);
        var notes = answer.Length < 4 ? [] : (RedisValue[])answer[3]!;
        return new CartState(lines, ReadFrozen(answer),
            [.. notes.Select(note => (string)note!).Order(StringComparer.Ordinal).Select(Cart.LeftOut.Parse)]);
    }

    /// <summary>What is frozen of a cart, and when this was asked, are second and third of every answer.</summary>
    public static IReadOnlyList<FrozenCart> ReadFrozen(RedisResult answer)
    {
        if (answer.Length < 3 || answer[1].Length == 0) return [];
        var fields = answer[1];
        var now = (long)answer[2];
        var frozen = new FrozenCart[fields.Length / 2];
        for (var i = 0; i < frozen.Length; i++)
            frozen[i] = FrozenCart.Parse((string)fields[2 * i]!, (string)fields[2 * i + 1]!, now);
        return frozen;
    }

    private static IReadOnlyList<CartLine> ReadLines(RedisResult fields)
    {
        var lines = new List<CartLine>(fields.Length / 2);
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            var sku = (string)fields[i]!;
            if (sku != CartScripts.Generation) lines.Add(CartLine.Parse(sku, (string)fields[i + 1]!));
        }

        return CartLine.Ordered(lines);
    }
}

/// <summary>What one checkout has frozen.</summary>
/// <param name="Generation">The cart's, which can be ordered once.</param>
/// <param name="Key">The checkout's idempotency key.</param>
/// <param name="Age">By Redis' clock.</param>
/// <param name="Lines">As they were.</param>
internal sealed record FrozenCart(Guid Generation, string Key, TimeSpan Age, IReadOnlyList<CartLine> Lines)
{
    /// <exception cref="FormatException">Someone else wrote it.</exception>
    public static FrozenCart Parse(string generation, string stored, long now)
    {
        var parts = stored.Split('\n');
        var bar = parts[0].IndexOf('|', StringComparison.Ordinal);
        var since = long.Parse(parts[0].AsSpan(0, Math.Max(bar, 0)), NumberStyles.None, CultureInfo.InvariantCulture);
        var lines = new List<CartLine>(parts.Length - 1);
        foreach (var part in parts.AsSpan(1))
        {
            var space = part.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0) throw new FormatException($"The frozen line '{part}' cannot be read.");
            lines.Add(CartLine.Parse(part[..space], part.AsSpan(space + 1)));
        }

        return new FrozenCart(
            Guid.ParseExact(generation, "N"), parts[0][(bar + 1)..], TimeSpan.FromSeconds(now - since),
            CartLine.Ordered(lines));
    }
}

/// <summary>Units that a cart had no room for.</summary>
/// <param name="Limit">By which limit: a word of the scripts.</param>
/// <param name="Sku">Of what.</param>
/// <param name="Units">How many.</param>
/// <param name="Occasion">Which merge or checkout it was.</param>
internal sealed record LeftOut(string Limit, string Sku, int Units, string Occasion)
{
    /// <exception cref="FormatException">Someone else wrote it.</exception>
    public static LeftOut Parse(string stored) => stored.Split(' ') is [var limit, var sku, var units, var occasion]
        ? new LeftOut(limit, sku, int.Parse(units, NumberStyles.None, CultureInfo.InvariantCulture), occasion)
        : throw new FormatException($"The note '{stored}' of what was left out cannot be read.");

    public string Stored() =>
        string.Create(CultureInfo.InvariantCulture, $"{Limit} {Sku} {Units} {Occasion}");
}
