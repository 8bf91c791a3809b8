using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Shop.Typesense;

namespace Shop.Api.Search;

/// <summary>
/// Searches through Typesense, in one request: the hits with the facets whose own kind is not filtered by, and beside them
/// one search without hits for each facet whose own filter has to be left out. Names of fields are those of the schema
/// that Shop.Workers fills.
/// </summary>
internal sealed class TypesenseSearch(
    TypesenseClient client, IOptions<TypesenseOptions> options, TypesenseSuggestions suggestions) : ISearchEngine
{
    /// <summary>How far pages go: each costs Typesense what all before it cost.</summary>
    public const int MostHits = 10_000;

    private static readonly string PriceFacet = $"price({string.Join(", ", PriceRanges.From.Select((from, index) =>
        string.Create(CultureInfo.InvariantCulture, $"r{index}:[{from}, {PriceRanges.EndOf(index) + 1}]")))})";

    private readonly string _collection = options.Value.NamePrefix + "products";

    public async Task<SearchHits?> Search(SearchQuery query, CancellationToken cancellationToken)
    {
        var offset = 0;
        if (query.Cursor is not null)
        {
            if (SearchCursor.Read(query, query.Cursor) is not { Key: > 0 and < MostHits } place) return null;
            offset = (int)place.Key;
        }

        // Signs alone mean nothing, which is not everything.
        if (!string.IsNullOrWhiteSpace(query.Text) && !query.Text.Any(char.IsLetterOrDigit))
            return new SearchHits([], 0, new SearchFacets([], [], []), null);
        var results = await client.MultiSearch(
            Searches(query, offset), TypesenseHitJson.Default.MultiSearchResultTypesenseHit, cancellationToken);
        var facets = results
            .SelectMany(result => result.OrThrow().FacetCounts ?? [])
            .ToDictionary(facet => facet.FieldName, facet => facet.Counts);
        var skus = (results[0].Hits ?? []).Select(hit => hit.Document.Id).ToList();
        var end = offset + skus.Count;
        var next = skus.Count > 0 && end < Math.Min(results[0].Found, MostHits)
            ? SearchCursor.Write(query, new SearchPlace(end, skus[^1]))
            : null;
        return new SearchHits(skus, results[0].Found, Facets(facets), next);
    }

    public ValueTask<IReadOnlyList<Suggestion>> Suggest(string typed, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(suggestions.For(typed, limit));

    private List<MultiSearchParameters> Searches(SearchQuery query, int offset)
    {
        (string Facet, string? Own)[] kinds =
        [
            ("brand_name", query.Brands.Count > 0 ? TypesenseFilter.AnyOf("brand_name", query.Brands) : null),
            ("category_nodes", query.Category is { } node ? $"category_ids:={TypesenseFilter.Literal(node)}" : null),
            (PriceFacet, Prices(query)),
        ];
        string? Others(string? but) => string.Join(" && ", kinds.Select(kind => kind.Own)
            .Append(query.InStock ? "in_stock:=true" : null)
            .Where(filter => filter is not null && filter != but)) is { Length: > 0 } filters ? filters : null;
        var all = Matching(query) with { FilterBy = Others(null) };
        var unfiltered = string.Join(',', kinds.Where(kind => kind.Own is null).Select(kind => kind.Facet));
        return
        [
            all with
            {
                FacetBy = unfiltered.Length > 0 ? unfiltered : null,
                Offset = offset,
                Limit = Math.Min(query.Limit, MostHits - offset),
                SortBy = SortBy(query),
            },
            .. kinds.Where(kind => kind.Own is not null).Select(kind => all with
            {
                FilterBy = Others(kind.Own), FacetBy = kind.Facet, Limit = 0, SortBy = "popularity:desc",
            }),
        ];
    }

    private MultiSearchParameters Matching(SearchQuery query)
    {
        var text = Words(query.Text);
        var search = new MultiSearchParameters
        {
            Collection = _collection,
            Q = text.Length > 0 ? text : "*",
            IncludeFields = "id",
            MaxFacetValues = SearchFacets.MostValues,
            FacetStrategy = "exhaustive",
        };
        return text.Length == 0 ? search : search with
        {
            QueryBy = "title,brand,categories,attributes,sku,description",
            QueryByWeights = "8,6,4,3,8,1",
            Prefix = "true,true,true,true,false,false",
            Infix = "fallback,off,off,off,off,off",
            // In descriptions a misspelt word finds too much.
            NumTypos = "2,2,2,1,0,0",
            // Other spellings, and fewer words, only where the words as they were typed find nothing.
            TypoTokensThreshold = 1,
            DropTokensThreshold = 1,
        };
    }

    /// <summary>Without what Typesense takes for operators: quotation marks, and hyphens before a word.</summary>
    private static string Words(string text) => string.Join(' ', text
        .Replace('"', ' ')
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(word => word.TrimStart('-'))
        .Where(word => word is not ("" or "*")));

    private static string? Prices(SearchQuery query) => (query.MinPrice, query.MaxPrice) switch
    {
        (null, null) => null,
        ({ } least, null) => string.Create(CultureInfo.InvariantCulture, $"price:>={least}"),
        (null, { } most) => string.Create(CultureInfo.InvariantCulture, $"price:<={most}"),
        ({ } least, { } most) => string.Create(CultureInfo.InvariantCulture, $"(price:>={least} && price:<={most})"),
    };

    /// <summary>What is equal in all of these, Typesense orders by an id of its own that stays.</summary>
    private static string SortBy(SearchQuery query) => query.Sort switch
    {
        SearchSort.Relevance when Words(query.Text).Length > 0 => "_text_match(buckets: 10):desc,popularity:desc",
        SearchSort.Relevance or SearchSort.Popularity => "popularity:desc",
        SearchSort.Price => "price:asc,popularity:desc",
        SearchSort.PriceDescending => "price:desc,popularity:desc",
        SearchSort.Newest => "created_at:desc,popularity:desc",
        SearchSort.Rating => "rating:desc,rating_count:desc,popularity:desc",
        _ => throw new ArgumentOutOfRangeException(nameof(query), query.Sort, null),
    };

    private static SearchFacets Facets(IReadOnlyDictionary<string, IReadOnlyList<FacetValue>> counts)
    {
        var prices = counts.GetValueOrDefault("price", []).ToDictionary(range => range.Value, range => range.Count);
        return new(
            [.. counts.GetValueOrDefault("brand_name", []).Select(brand => new BrandCount(brand.Value, brand.Count))],
            [
                .. from node in counts.GetValueOrDefault("category_nodes", [])
                   let parts = node.Value.Split(' ', 2)
                   where parts.Length == 2
                   select new CategoryCount(parts[0], parts[1], node.Count),
            ],
            [
                .. from range in PriceRanges.From.Index()
                   let count = prices.GetValueOrDefault($"r{range.Index}")
                   where count > 0
                   select new PriceCount(range.Item, PriceRanges.EndOf(range.Index), count),
            ]);
    }
}

/// <summary>What of a document comes back: its id alone, or what suggestions are made of.</summary>
internal sealed record TypesenseHit(
    string Id, string Title = "", string? Brand = null, IReadOnlyList<string>? Categories = null, long Popularity = 0);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MultiSearchResult<TypesenseHit>))]
internal sealed partial class TypesenseHitJson : JsonSerializerContext;

internal static class TypesenseSearchRegistration
{
    public static void AddTypesenseSearch(this IServiceCollection services)
    {
        services.AddTypesense();
        services.AddSingleton<TypesenseSuggestions>();
        services.AddHostedService(provider => provider.GetRequiredService<TypesenseSuggestions>());
        services.AddSingleton<ISearchEngine, TypesenseSearch>();
    }
}
