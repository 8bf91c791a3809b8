using System.Buffers;

namespace Shop.Api.Catalog;

/// <summary>What a SKU looks like. Anything else is known to be no product without asking the catalogue.</summary>
internal static class Sku
{
    private const int Longest = 64;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>1 to 64 of A-Z, 0-9 and '-', not beginning with '-'.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> sku) =>
        sku is { Length: > 0 and <= Longest } && sku[0] != '-' && !sku.ContainsAnyExcept(Characters);
}
