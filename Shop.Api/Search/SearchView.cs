using Shop.Api.Catalog;

namespace Shop.Api.Search;

/// <summary>What clients see of a page of hits.</summary>
internal sealed record SearchView
{
    public required IReadOnlyList<ProductCard> Items { get; init; }
    public required long Total { get; init; }

    /// <summary>If not, there are at least so many.</summary>
    public required bool TotalIsExact { get; init; }

    public required SearchFacets Facets { get; init; }
    public required string? Next { get; init; }
}

internal sealed record SuggestionsView(IReadOnlyList<Suggestion> Suggestions);
