using Shop.Messaging.Hosting;

namespace Shop.Api.Search;

/// <summary>
/// Searches through PostgreSQL's full text search. It ranks and counts the <see cref="SearchStatement.MostHits"/> best
/// known of the products that match, so that its cost does not grow with the catalogue.
/// </summary>
internal sealed class PostgresSearch(
    ReadsDatabase database, QueryReader reader, IndexedCategories categories, Suggestions suggestions) : ISearchEngine
{
    private const int PatienceInSeconds = 5;

    private static readonly SearchFilters[] Each = [SearchFilters.Brand, SearchFilters.Category, SearchFilters.Price];

    public async Task<SearchHits?> Search(SearchQuery query, CancellationToken cancellationToken)
    {
        SearchPlace? after = null;
        if (query.Cursor is not null)
        {
            after = SearchCursor.Read(query, query.Cursor);
            if (after is null) return null;
        }

        var terms = await reader.Read(query.Text, cancellationToken);
        // Signs alone are not the wish to see everything.
        if (terms.Count == 0 && !string.IsNullOrWhiteSpace(query.Text))
            return new SearchHits([], 0, new SearchFacets([], [], []), null);
        var hits = await Run(query, terms, isStrict: true, after, cancellationToken);
        if (hits.Total == 0 && terms.Count > 0 && await reader.ReadAgain(query.Text, cancellationToken) is { } others)
        {
            terms = others;
            hits = await Run(query, terms, isStrict: true, after, cancellationToken);
        }

        // Nothing has all of it: whatever has most of it comes first.
        if (hits.Total == 0 && terms.Count > 1) hits = await Run(query, terms, isStrict: false, after, cancellationToken);
        return hits;
    }

    public ValueTask<IReadOnlyList<Suggestion>> Suggest(string typed, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(suggestions.For(typed, limit));

    private async Task<SearchHits> Run(
        SearchQuery query, IReadOnlyList<QueryTerm> terms, bool isStrict, SearchPlace? after,
        CancellationToken cancellationToken)
    {
        var facets = new FacetCounts();
        var hits = await Find(query, terms, isStrict, facets, cancellationToken);
        var page = hits.Where(product => after is not { } place || product.IsAfter(place)).Order()
            .Take(query.Limit + 1).ToList();
        var last = page.Count > query.Limit ? page[query.Limit - 1] : null;
        var next = last is null ? null : SearchCursor.Write(query, new SearchPlace(last.Key, last.Sku));
        return new SearchHits(
            [.. page.Take(query.Limit).Select(product => product.Sku)], hits.Count,
            facets.Read(await categories.Find(facets.Categories, cancellationToken)), next)
        {
            IsTotalExact = hits.Count < SearchStatement.MostHits,
        };
    }

    /// <summary>Finds, and counts the facets of what is found.</summary>
    private async Task<IReadOnlyList<FoundProduct>> Find(
        SearchQuery query, IReadOnlyList<QueryTerm> terms, bool isStrict, FacetCounts facets,
        CancellationToken cancellationToken)
    {
        var set = query.Filters;
        var all = (await Walk(query, terms, isStrict, [SearchFilters.None], marksPrice: true, cancellationToken))[0];
        var nodes = query.Category is null
            ? null
            : await categories.Find(all.Select(product => product.Category).ToHashSet(), cancellationToken);
        var passing = all.ToLookup(product => query.Failed(product, nodes));
        if (all.Count < SearchStatement.MostHits || set == SearchFilters.None)
        {
            // These are all that there are: whatever is filtered is among them.
            foreach (var (failed, products) in passing.Select(group => (group.Key, group)))
                facets.Add(products, Facets(failed));
            return [.. passing[SearchFilters.None]];
        }

        SearchFilters[] others = [.. Each.Where(facet => set.HasFlag(facet) && set != facet)];
        SearchFilters[] wanted = [set, .. others.Select(facet => set & ~facet)];
        // Filters that keep out none of the best known leave these the best known: they need not be walked with.
        var effective = passing.Aggregate(SearchFilters.None, (sum, group) => sum | group.Key);
        SearchFilters[] walked = [.. wanted.Where(filters => (filters & effective) != SearchFilters.None)];
        var priced = passing.Where(group => !group.Key.HasFlag(SearchFilters.Price)).Sum(group => group.Count());
        var walks = walked.Length == 0
            ? []
            : await Walk(query, terms, isStrict, walked, marksPrice: 2 * priced < all.Count, cancellationToken);
        IReadOnlyList<FoundProduct>[] found =
        [
            .. wanted.Select(filters => Array.IndexOf(walked, filters) is >= 0 and var walk ? walks[walk] : all),
        ];
        facets.Add(found[0], SearchFilters.All & ~set);
        foreach (var facet in Each.Where(facet => set == facet)) facets.Add(all, facet);
        for (var i = 0; i < others.Length; i++) facets.Add(found[i + 1], others[i]);
        return found[0];
    }

    /// <summary>The facets that count what fails these filters: all if it fails none, its own if it fails that alone.</summary>
    private static SearchFilters Facets(SearchFilters failed) => failed switch
    {
        SearchFilters.None => SearchFilters.All,
        SearchFilters.Brand or SearchFilters.Category or SearchFilters.Price => failed,
        _ => SearchFilters.None,
    };

    /// <summary>The best known hits, once with each of these of the query's filters.</summary>
    private async Task<IReadOnlyList<IReadOnlyList<FoundProduct>>> Walk(
        SearchQuery query, IReadOnlyList<QueryTerm> terms, bool isStrict, IReadOnlyList<SearchFilters> filters,
        bool marksPrice, CancellationToken cancellationToken)
    {
        await using var batch = database.Source.CreateBatch();
        batch.Timeout = PatienceInSeconds;
        foreach (var heeded in filters)
            batch.BatchCommands.Add(SearchStatement.Of(query, terms, isStrict, heeded, marksPrice));
        await using var row = await batch.ExecuteReaderAsync(cancellationToken);
        var walks = new List<IReadOnlyList<FoundProduct>>();
        do
        {
            var found = new List<FoundProduct>();
            while (await row.ReadAsync(cancellationToken))
                found.Add(new FoundProduct(
                    row.GetString(0), row.GetDouble(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3),
                    row.GetInt64(4)));
            walks.Add(found);
        }
        while (await row.NextResultAsync(cancellationToken));

        return walks;
    }
}
