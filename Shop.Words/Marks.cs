using System.Numerics;

namespace Shop.Words;

/// <summary>
/// Words that no text contains, since they have a slash: an index entry for each thing that hits are filtered by, so that
/// text and filters are met by one walk through the index.
/// </summary>
public static class Marks
{
    /// <summary>How many classes of popularity there are.</summary>
    public const int Tiers = 17;

    /// <summary>How many products the first tier has. Each of the others has as many as all before it together.</summary>
    public const int FirstTier = 1_000;

    public const string InStock = "s/1";

    public static string Category(string id) => $"c/{id}";

    public static string Brand(string brand) => $"b/{BrandKey(brand)}";

    /// <summary>Brands that differ in the case of letters alone are one.</summary>
    public static string BrandKey(string brand) => brand.Trim().ToLowerInvariant();

    /// <summary>0 is the most popular one.</summary>
    public static string Tier(int tier) => $"t/{tier}";

    public static string Price(long amount) => $"p/{PriceBucket(amount)}";

    /// <summary>The marks of all prices in a range; those at its ends also have prices that are outside.</summary>
    public static IEnumerable<string> Prices(long min, long max)
    {
        for (var bucket = PriceBucket(min); bucket <= PriceBucket(max); bucket++) yield return $"p/{bucket}";
    }

    /// <summary>One from each power of two to the next; a few hundred thousand units of money are all alike.</summary>
    private static int PriceBucket(long amount) => amount < 2 ? 0 : Math.Min(BitOperations.Log2((ulong)amount), 24);
}
