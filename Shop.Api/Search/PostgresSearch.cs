using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Api.Search;

/// <summary>
/// Searches through PostgreSQL's full text search. It ranks and counts the <see cref="SearchStatement.MostHits"/> best
/// known of the products that match, so that its cost does not grow with the catalogue.
/// </summary>
internal sealed class PostgresSearch(ReadsDatabase database, QueryReader reader, Suggestions suggestions) : ISearchEngine
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
        await using var command = database.Source.CreateCommand();
        command.CommandTimeout = PatienceInSeconds;
        SearchStatement.Write(command, query, terms, isStrict, after);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var total = row.GetInt64(0);
        var skus = row.GetFieldValue<string[]>(1);
        var keys = row.GetFieldValue<double[]>(2);
        var hasMore = skus.Length > query.Limit;
        var next = hasMore
            ? SearchCursor.Write(query, new SearchPlace(keys[query.Limit - 1], skus[query.Limit - 1]))
            : null;
        return new SearchHits(hasMore ? skus[..query.Limit] : skus, total, Facets(row), next)
        {
            IsTotalExact = total < SearchStatement.MostHits,
        };
    }

    private static SearchFacets Facets(NpgsqlDataReader row) => new(
        [
            .. row.GetFieldValue<string[]>(3).Zip(row.GetFieldValue<long[]>(4))
                .Select(brand => new BrandCount(brand.First, brand.Second)),
        ],
        [
            .. row.GetFieldValue<string[]>(5).Zip(row.GetFieldValue<string[]>(6), row.GetFieldValue<long[]>(7))
                .Select(node => new CategoryCount(node.First, node.Second, node.Third)),
        ],
        [
            .. row.GetFieldValue<int[]>(8).Zip(row.GetFieldValue<long[]>(9)).Select(range => new PriceCount(
                PriceRanges.From[range.First], PriceRanges.EndOf(range.First), range.Second)),
        ]);
}
