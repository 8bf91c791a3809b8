using System.Numerics;

namespace Shop.Api.Catalog;

/// <summary>
/// Of the pages in memory, those that were asked for last, each in the one place that its SKU's hash gives it: found
/// without a lock, a copy of the SKU or a word to anyone. Whether one still counts is for <see cref="CatalogueCache"/> to
/// say, as of what HybridCache keeps.
/// </summary>
/// <param name="memoryBytes">
/// What the catalogue may keep in this process. Pages that are at hand are mostly those very bytes; if all of them had been
/// put out there, they would be half as much beside.
/// </param>
internal sealed class PagesAtHand(long memoryBytes)
{
    /// <summary>Larger ones are not worth it: to send them costs more than to find them.</summary>
    public const int LargestBytes = 4 << 10;

    private readonly Place?[] _places =
        new Place?[BitOperations.RoundUpToPowerOf2((uint)(memoryBytes / LargestBytes / 2))];

    /// <param name="sku">Whose page.</param>
    /// <param name="hash">Of the SKU, see <see cref="Generations.HashOf"/>.</param>
    public Cached<CataloguePage>? Find(ReadOnlySpan<char> sku, int hash) =>
        Volatile.Read(ref At(hash)) is { } place && sku.SequenceEqual(place.Sku) ? place.Page : null;

    /// <summary>In place of whatever is there.</summary>
    public void Put(string sku, int hash, Cached<CataloguePage> page)
    {
        if (page.Value is { Json.Length: <= LargestBytes }) Volatile.Write(ref At(hash), new Place(sku, page));
    }

    /// <summary>By the upper bits: whoever shares a generation, which the lower ones tell, is not to share a place.</summary>
    private ref Place? At(int hash) => ref _places[((uint)hash >> 16) & (uint)(_places.Length - 1)];

    private sealed record Place(string Sku, Cached<CataloguePage> Page);
}
