using System.Net;

namespace Shop.Typesense;

/// <summary>What is looked for. What is left out has the server's default.</summary>
public record SearchParameters
{
    /// <summary><c>*</c> for every document.</summary>
    public string? Q { get; init; }

    /// <summary>Fields, with commas.</summary>
    public string? QueryBy { get; init; }

    public string? QueryByWeights { get; init; }

    public string? TextMatchType { get; init; }

    /// <summary>Whether the last word may be the beginning of one, for each field of <see cref="QueryBy"/>.</summary>
    public string? Prefix { get; init; }

    /// <summary><c>off</c>, <c>always</c> or <c>fallback</c>, for each field of <see cref="QueryBy"/>.</summary>
    public string? Infix { get; init; }

    public string? FilterBy { get; init; }

    public string? SortBy { get; init; }

    public string? FacetBy { get; init; }

    public int? MaxFacetValues { get; init; }

    /// <summary>For each field of <see cref="QueryBy"/>.</summary>
    public string? NumTypos { get; init; }

    public int? Page { get; init; }

    public int? PerPage { get; init; }

    public int? Offset { get; init; }

    public int? Limit { get; init; }

    public string? IncludeFields { get; init; }

    public string? ExcludeFields { get; init; }

    public int? DropTokensThreshold { get; init; }

    public int? TypoTokensThreshold { get; init; }

    public bool? ExhaustiveSearch { get; init; }

    public bool? EnableSynonyms { get; init; }

    public bool? SynonymPrefix { get; init; }

    public int? SynonymNumTypos { get; init; }

    public bool? PrioritizeExactMatch { get; init; }

    public bool? PrioritizeTokenPosition { get; init; }

    public string? FacetStrategy { get; init; }

    public string? HighlightFields { get; init; }

    public int? SearchCutoffMs { get; init; }
}

/// <summary>One search of several that are sent together.</summary>
public sealed record MultiSearchParameters : SearchParameters
{
    public required string Collection { get; init; }
}

internal sealed record MultiSearchBody(IReadOnlyList<MultiSearchParameters> Searches);

/// <summary>What was found. <typeparamref name="T"/> is the document.</summary>
public sealed record SearchResult<T>
{
    public int Found { get; init; }

    public int OutOf { get; init; }

    public int Page { get; init; }

    public int SearchTimeMs { get; init; }

    public bool? SearchCutoff { get; init; }

    public IReadOnlyList<Hit<T>>? Hits { get; init; }

    public IReadOnlyList<FacetCounts>? FacetCounts { get; init; }

    /// <summary>In an answer to several searches: why this one failed, as an HTTP status.</summary>
    public int? Code { get; init; }

    public string? Error { get; init; }

    /// <returns>Itself.</returns>
    /// <exception cref="TypesenseApiException">It failed.</exception>
    public SearchResult<T> OrThrow() => Code is { } code
        ? throw TypesenseApiException.Of((HttpStatusCode)code, Error ?? "The search failed.")
        : this;
}

public sealed record Hit<T>
{
    public required T Document { get; init; }

    public long? TextMatch { get; init; }
}

public sealed record FacetCounts
{
    public required string FieldName { get; init; }

    public required IReadOnlyList<FacetValue> Counts { get; init; }

    public FacetStats? Stats { get; init; }

    public bool? Sampled { get; init; }
}

public sealed record FacetValue(string Value, int Count);

/// <summary>Of a numeric field.</summary>
public sealed record FacetStats
{
    public double? Min { get; init; }

    public double? Max { get; init; }

    public double? Sum { get; init; }

    public double? Avg { get; init; }

    public int? TotalValues { get; init; }
}

/// <summary>Answers to several searches, in their order.</summary>
public sealed record MultiSearchResult<T>
{
    public required IReadOnlyList<SearchResult<T>> Results { get; init; }
}
