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

    /// <summary>The most buckets of prices that a range is looked up by, but for the widest.</summary>
    private const int MostBuckets = 8;

    private const long Dearest = 1L << 24;

    private static readonly int[] Grains = [16, 4, 1];

    public static string Category(string id) => $"c/{id}";

    public static string Brand(string brand) => $"b/{BrandKey(brand)}";

    /// <summary>Brands that differ in the case of letters alone are one.</summary>
    public static string BrandKey(string brand) => brand.Trim().ToLowerInvariant();

    /// <summary>0 is the most popular one.</summary>
    public static string Tier(int tier) => $"t/{tier}";

    /// <summary>A price is in a wide bucket, in one of the four that this has, and in one of the four that those have.</summary>
    public static IEnumerable<string> Price(long amount) => Grains.Select(grain => Bucket(grain, amount));

    /// <summary>
    /// The marks of all prices in a range, in the finest grain that needs but a few; those at its ends also have prices
    /// that are outside.
    /// </summary>
    public static IEnumerable<string> Prices(long min, long max)
    {
        var grain = Grains.FirstOrDefault(grain => Number(grain, max) - Number(grain, min) < MostBuckets, Grains[^1]);
        for (var number = Number(grain, min); number <= Number(grain, max); number++) yield return $"p{grain}/{number}";
    }

    private static string Bucket(int grain, long amount) => $"p{grain}/{Number(grain, amount)}";

    /// <summary>Each power of two to the next is parted into so many buckets; beyond some limit all prices are alike.</summary>
    private static long Number(int grain, long amount)
    {
        amount = Math.Clamp(amount, 16, Dearest);
        var power = BitOperations.Log2((ulong)amount);
        return power * grain + (amount * grain >> power) - grain;
    }
}
