using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Shop.Words;

namespace Shop.Api.Search;

/// <summary>The filters that have a facet, which is counted as if that one were not set.</summary>
[Flags]
internal enum SearchFilters
{
    None = 0,
    Brand = 1,
    Category = 2,
    Price = 4,
    All = Brand | Category | Price,
}

/// <summary>A query as a statement: its hits, with what they are ordered and counted by.</summary>
internal sealed class SearchStatement
{
    /// <summary>The most hits of one query that are ranked, counted and paged through.</summary>
    public const int MostHits = 500;

    /// <summary>Only so many wordings of a term count in the ranking; all of them find.</summary>
    private const int MostRanked = 3;

    private const long HighestPrice = 100_000_000_000;

    private readonly NpgsqlBatchCommand _command = new();
    private readonly SearchQuery _query;
    private readonly IReadOnlyList<QueryTerm> _terms;
    private readonly bool _isStrict;

    private SearchStatement(SearchQuery query, IReadOnlyList<QueryTerm> terms, bool isStrict) =>
        (_query, _terms, _isStrict) = (query, terms, isStrict);

    /// <summary>Gives SKU, key, brand (or null), category and price of each hit, in no order.</summary>
    /// <param name="query">What is looked for.</param>
    /// <param name="terms">Its text.</param>
    /// <param name="isStrict">Whether hits must have all terms, or else any.</param>
    /// <param name="filters">Those of the query that are heeded.</param>
    /// <param name="marksPrice">
    /// Whether prices are looked up in the index as well: worth it unless most of what the text finds has such a price. The
    /// lists of a wide range are as long as the index itself, and each hit would be looked for in all of them.
    /// </param>
    public static NpgsqlBatchCommand Of(
        SearchQuery query, IReadOnlyList<QueryTerm> terms, bool isStrict, SearchFilters filters, bool marksPrice = true)
    {
        var statement = new SearchStatement(query, terms, isStrict);
        var found = statement.Find(filters, marksPrice);
        statement._command.CommandText = $"select sku, {statement.Key()}, brand, category_id, price_amount from {found}";
        return statement._command;
    }

    private string Find(SearchFilters filters, bool marksPrice)
    {
        var wanted = new List<NpgsqlTsQuery>();
        if (_terms.Count > 0) wanted.Add(_isStrict ? All(_terms.Select(AnyWording)) : Any(_terms.Select(AnyWording)));
        if (_query.InStock) wanted.Add(Lexeme(Marks.InStock));
        if (filters.HasFlag(SearchFilters.Category) && _query.Category is { } category) wanted.Add(Lexeme(Marks.Category(category)));
        if (filters.HasFlag(SearchFilters.Brand) && _query.Brands.Count > 0)
            wanted.Add(Any(_query.Brands.Select(brand => Lexeme(Marks.Brand(brand)))));
        var (min, max) = filters.HasFlag(SearchFilters.Price)
            ? (_query.MinPrice ?? 0, _query.MaxPrice ?? HighestPrice)
            : (0, HighestPrice);
        if (marksPrice && (min, max) is not (0, HighestPrice)) wanted.Add(Any(Marks.Prices(min, max).Select(Lexeme)));
        // PostgreSQL takes no empty query over the wire.
        var text = wanted.Count > 0 ? Add(All(wanted)) : "''::tsquery";
        return $"search.find({text}, {Add(min)}, {Add(max)}, {MostHits})";
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
}
