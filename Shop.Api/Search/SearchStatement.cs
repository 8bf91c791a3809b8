using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Shop.Words;

namespace Shop.Api.Search;

/// <summary>A query as one statement: a page of hits, how many there are, and the facets.</summary>
internal sealed class SearchStatement
{
    /// <summary>The most hits of one query that are ranked, counted and paged through.</summary>
    public const int MostHits = 1_000;

    /// <summary>Only so many wordings of a term count in the ranking; all of them find.</summary>
    private const int MostRanked = 3;

    private const long HighestPrice = 100_000_000_000;

    private readonly SearchQuery _query;
    private readonly IReadOnlyList<QueryTerm> _terms;
    private readonly bool _isStrict;
    private readonly NpgsqlCommand _command;

    private SearchStatement(SearchQuery query, IReadOnlyList<QueryTerm> terms, bool isStrict, NpgsqlCommand command)
    {
        _query = query;
        _terms = terms;
        _isStrict = isStrict;
        _command = command;
    }

    /// <param name="command">To be completed.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="terms">Its text.</param>
    /// <param name="isStrict">Whether hits must have all terms, or else any.</param>
    /// <param name="after">The end of the page before.</param>
    public static void Write(
        NpgsqlCommand command, SearchQuery query, IReadOnlyList<QueryTerm> terms, bool isStrict, SearchPlace? after) =>
        new SearchStatement(query, terms, isStrict, command).Write(after);

    private void Write(SearchPlace? after)
    {
        var found = Find(Filters.All);
        var key = Key();
        var seek = after is { } place
            ? $"where key < {Add(place.Key)} or (key = {Add(place.Key)} and sku collate \"C\" > {Add(place.Sku)})"
            : "";
        var limit = Add(_query.Limit + 1);
        var brands = _query.Brands.Count > 0 ? Find(Filters.All & ~Filters.Brand) : null;
        var nodes = _query.Category is not null ? Find(Filters.All & ~Filters.Category) : null;
        var prices = _query.MinPrice is not null || _query.MaxPrice is not null ? Find(Filters.All & ~Filters.Price) : null;
        _command.CommandText =
            $"""
            with found as materialized ({found}),
            {Other("of_any_brand", brands)}{Other("of_any_category", nodes)}{Other("of_any_price", prices)}
            page as materialized (
                select sku, key from (select sku, {key} as key from found) ranked {seek}
                order by key desc, sku collate "C" limit {limit}
            ), brands as materialized (
                select min(brand) as value, count(*) as n from {(brands is null ? "found" : "of_any_brand")}
                where brand is not null group by lower(brand) order by 2 desc, 1 limit {SearchFacets.MostValues}
            ), nodes as materialized (
                select c.id, c.name, sum(f.n)::bigint as n
                from (select category_id, count(*) as n from {(nodes is null ? "found" : "of_any_category")} group by 1) f
                join search.category_view own on own.id = f.category_id
                cross join unnest(own.path) as step (id)
                join search.category_view c on c.id = step.id
                group by 1, 2 order by 3 desc, 1 limit {SearchFacets.MostValues}
            ), prices as materialized (
                select width_bucket(price_amount, {Add(PriceRanges.From)}) - 1 as range, count(*) as n
                from {(prices is null ? "found" : "of_any_price")} group by 1
            )
            select (select count(*) from found),
                array(select sku from page order by key desc, sku collate "C"),
                array(select key from page order by key desc, sku collate "C"),
                array(select value from brands order by n desc, value), array(select n from brands order by n desc, value),
                array(select id from nodes order by n desc, id), array(select name from nodes order by n desc, id),
                array(select n from nodes order by n desc, id),
                array(select range from prices order by range), array(select n from prices order by range)
            """;
    }

    private static string Other(string name, string? find) => find is null ? "" : $"{name} as materialized ({find}), ";

    private string Find(Filters filters)
    {
        var wanted = new List<NpgsqlTsQuery>();
        if (_terms.Count > 0) wanted.Add(_isStrict ? All(_terms.Select(AnyWording)) : Any(_terms.Select(AnyWording)));
        if (_query.InStock) wanted.Add(Lexeme(Marks.InStock));
        if (filters.HasFlag(Filters.Category) && _query.Category is { } category) wanted.Add(Lexeme(Marks.Category(category)));
        if (filters.HasFlag(Filters.Brand) && _query.Brands.Count > 0)
            wanted.Add(Any(_query.Brands.Select(brand => Lexeme(Marks.Brand(brand)))));
        var (min, max) = filters.HasFlag(Filters.Price)
            ? (_query.MinPrice ?? 0, _query.MaxPrice ?? HighestPrice)
            : (0, HighestPrice);
        if ((min, max) is not (0, HighestPrice)) wanted.Add(Any(Marks.Prices(min, max).Select(Lexeme)));
        // PostgreSQL takes no empty query over the wire.
        var text = wanted.Count > 0 ? Add(All(wanted)) : "''::tsquery";
        return $"select * from search.find({text}, {Add(min)}, {Add(max)}, {MostHits})";
    }

    /// <summary>What hits are ordered by, the highest first.</summary>
    private string Key() => _query.Sort switch
    {
        SearchSort.Price => "-price_amount::double precision",
        SearchSort.PriceDescending => "price_amount::double precision",
        SearchSort.Newest => "extract(epoch from created_at)::double precision",
        SearchSort.Rating => "rating",
        SearchSort.Relevance when _terms.Count > 0 => $"({Likeness()}) * (1 + 0.1 * ln(1 + popularity))",
        _ => "popularity::double precision",
    };

    /// <summary>
    /// The mean over the terms of how well the best of their wordings stands in title, brand, categories or attributes; a
    /// little for what stands in the description alone; more if the terms follow each other as they were typed.
    /// </summary>
    private string Likeness()
    {
        var terms = _terms.Select(term =>
        {
            var wordings = term.Wordings.Take(MostRanked).Select(wording => string.Create(CultureInfo.InvariantCulture,
                $"{wording.Weight} * ts_rank('{{0.2, 0.3, 0.5, 1.0}}', head, {Add(Any(wording.Lexemes.Select(Lexeme)))})"));
            return $"greatest(0.03, {string.Join(", ", wordings)})";
        });
        var likeness = $"({string.Join(" + ", terms)}) / {_terms.Count}";
        var typed = _terms.SelectMany(term => term.Wordings[0].Lexemes).ToList();
        return typed.Count < 2 ? likeness : $"{likeness} + 0.1 * (head @@ {Add(Row(typed))})::integer";
    }

    private static NpgsqlTsQuery AnyWording(QueryTerm term) =>
        Any(term.Wordings.Select(wording => All(wording.Lexemes.Select(Lexeme))));

    private static NpgsqlTsQuery Lexeme(string text) => new NpgsqlTsQueryLexeme(text);

    private static NpgsqlTsQuery All(IEnumerable<NpgsqlTsQuery> parts) =>
        parts.Aggregate((left, right) => new NpgsqlTsQueryAnd(left, right));

    private static NpgsqlTsQuery Any(IEnumerable<NpgsqlTsQuery> parts) =>
        parts.Aggregate((left, right) => new NpgsqlTsQueryOr(left, right));

    private static NpgsqlTsQuery Row(IEnumerable<string> lexemes) => lexemes.Select(Lexeme)
        .Aggregate((left, right) => new NpgsqlTsQueryFollowedBy(left, 1, right));

    private string Add<T>(T value)
    {
        NpgsqlParameter parameter = value is NpgsqlTsQuery
            ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.TsQuery }
            : new NpgsqlParameter<T> { TypedValue = value };
        _command.Parameters.Add(parameter);
        return $"${_command.Parameters.Count}";
    }

    [Flags]
    private enum Filters
    {
        Brand = 1,
        Category = 2,
        Price = 4,
        All = Brand | Category | Price,
    }
}
