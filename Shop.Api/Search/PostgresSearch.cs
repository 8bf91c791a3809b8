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
        var found = new List<FoundProduct>();
        var facets = new FacetCounts();
        await using (var batch = database.Source.CreateBatch())
        {
            batch.Timeout = PatienceInSeconds;
            batch.BatchCommands.Add(SearchStatement.Hits(query, terms, isStrict));
            var (byBrand, byCategory, byPrice) =
                (query.Brands.Count > 0, query.Category is not null, (query.MinPrice ?? query.MaxPrice) is not null);
            if (byBrand) batch.BatchCommands.Add(SearchStatement.Brands(query, terms, isStrict));
            if (byCategory) batch.BatchCommands.Add(SearchStatement.Categories(query, terms, isStrict));
            if (byPrice) batch.BatchCommands.Add(SearchStatement.Prices(query, terms, isStrict));
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var brand = reader.IsDBNull(2) ? null : reader.GetString(2);
                var (category, price) = (reader.GetString(3), reader.GetInt64(4));
                found.Add(new FoundProduct(reader.GetString(0), reader.GetDouble(1)));
                if (!byBrand) facets.AddBrand(brand);
                if (!byCategory) facets.AddCategory(category);
                if (!byPrice) facets.AddPrice(price);
            }

            if (byBrand && await reader.NextResultAsync(cancellationToken))
                while (await reader.ReadAsync(cancellationToken))
                    facets.AddBrand(reader.IsDBNull(0) ? null : reader.GetString(0));
            if (byCategory && await reader.NextResultAsync(cancellationToken))
                while (await reader.ReadAsync(cancellationToken)) facets.AddCategory(reader.GetString(0));
            if (byPrice && await reader.NextResultAsync(cancellationToken))
                while (await reader.ReadAsync(cancellationToken)) facets.AddPrice(reader.GetInt64(0));
        }

        var page = found.Where(product => after is not { } place || product.IsAfter(place)).Order()
            .Take(query.Limit + 1).ToList();
        var last = page.Count > query.Limit ? page[query.Limit - 1] : null;
        var next = last is null ? null : SearchCursor.Write(query, new SearchPlace(last.Key, last.Sku));
        return new SearchHits(
            [.. page.Take(query.Limit).Select(product => product.Sku)], found.Count,
            facets.Read(await categories.Find(facets.Categories, cancellationToken)), next)
        {
            IsTotalExact = found.Count < SearchStatement.MostHits,
        };
    }

    /// <summary>In the order of pages: the highest key first, and of equals the first SKU.</summary>
    private sealed record FoundProduct(string Sku, double Key) : IComparable<FoundProduct>
    {
        public int CompareTo(FoundProduct? other) => Compare(other!.Key, other.Sku);

        public bool IsAfter(SearchPlace place) => Compare(place.Key, place.Sku) > 0;

        private int Compare(double key, string sku) =>
            key.CompareTo(Key) is not 0 and var order ? order : string.CompareOrdinal(Sku, sku);
    }
}
