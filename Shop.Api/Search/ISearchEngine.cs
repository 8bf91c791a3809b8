using System.Globalization;

namespace Shop.Api.Search;

/// <summary>Finds products. Two engines are real, chosen by <c>Search:Engine</c>.</summary>
internal interface ISearchEngine
{
    /// <returns>Null if the cursor is none that this engine gave for this query.</returns>
    Task<SearchHits?> Search(SearchQuery query, CancellationToken cancellationToken);

    /// <summary>What a person who has typed this much may mean, the likeliest first.</summary>
    ValueTask<IReadOnlyList<Suggestion>> Suggest(string typed, int limit, CancellationToken cancellationToken);
}

internal enum SearchSort
{
    Relevance,
    Popularity,
    Price,
    PriceDescending,
    Newest,
    Rating,
}

/// <summary>What is looked for. Its limits have been checked.</summary>
internal sealed record SearchQuery
{
    /// <summary>Without text, everything that passes the filters, and relevance is popularity.</summary>
    public string Text { get; init; } = "";

    /// <summary>This node with all that is below it.</summary>
    public string? Category { get; init; }

    /// <summary>Any of these, by their names as facets give them.</summary>
    public IReadOnlyList<string> Brands { get; init; } = [];

    /// <summary>Minor units, included.</summary>
    public long? MinPrice { get; init; }

    /// <summary>Minor units, included.</summary>
    public long? MaxPrice { get; init; }

    /// <summary>Only what is in stock; otherwise everything.</summary>
    public bool InStock { get; init; }

    public SearchSort Sort { get; init; }
    public int Limit { get; init; } = 20;

    /// <summary>From the page before; null for the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>Of all that decides which hits there are and in which order, and not of the page.</summary>
    public string Meaning => string.Join('\n', [
        Text.ToLowerInvariant(), Category ?? "",
        string.Create(CultureInfo.InvariantCulture, $"{MinPrice} {MaxPrice} {InStock} {Sort}"),
        .. Brands.Order(StringComparer.Ordinal)]);

    /// <summary>The same for the same page of the same query.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Limit} {Cursor}\n{Meaning}");
}

/// <summary>A page of what was found.</summary>
/// <param name="Skus">In order.</param>
/// <param name="Total">On all pages; engines say up to where they count.</param>
/// <param name="Facets">How many there are by brand, category and price; each ignores the filter of its own kind.</param>
/// <param name="Next">Cursor of the next page; null if this is the last.</param>
internal sealed record SearchHits(IReadOnlyList<string> Skus, long Total, SearchFacets Facets, string? Next)
{
    /// <summary>Whether there are not more than <see cref="Total"/>.</summary>
    public bool IsTotalExact { get; init; } = true;
}

internal sealed record SearchFacets(
    IReadOnlyList<BrandCount> Brand, IReadOnlyList<CategoryCount> Category, IReadOnlyList<PriceCount> Price)
{
    /// <summary>The most values of a facet, those with most products.</summary>
    public const int MostValues = 50;
}

internal sealed record BrandCount(string Value, long Count);

/// <summary>A node of any depth, with all that is below it.</summary>
internal sealed record CategoryCount(string Id, string Name, long Count);

/// <summary>Prices from <paramref name="Min"/> to <paramref name="Max"/> minor units, both included; null is without end.</summary>
internal sealed record PriceCount(long Min, long? Max, long Count);

/// <summary>The ranges that prices are counted in. Those without products are left out.</summary>
internal static class PriceRanges
{
    /// <summary>Where ranges begin, in minor units.</summary>
    public static readonly long[] From = [0, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 200_000];

    /// <summary>The end of the range that begins at this index; null if it has none.</summary>
    public static long? EndOf(int index) => index + 1 < From.Length ? From[index + 1] - 1 : null;
}

/// <summary>Words to search for, or a product if there is a SKU.</summary>
internal sealed record Suggestion(string Text, string? Sku);
