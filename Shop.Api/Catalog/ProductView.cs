using Shop.Contracts;

namespace Shop.Api.Catalog;

/// <summary>A product as its page shows it.</summary>
internal sealed record ProductView
{
    public required string Sku { get; init; }
    public required string Title { get; init; }
    public required string Description { get; init; }
    public required string? Brand { get; init; }
    public required string CategoryId { get; init; }
    public required IReadOnlyList<CategoryStep> CategoryPath { get; init; }
    public required Money Price { get; init; }
    public required IReadOnlyList<string> Images { get; init; }
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }
    public required RatingView Rating { get; init; }

    /// <summary><c>IN_STOCK</c>, <c>LOW_STOCK</c> or <c>OUT_OF_STOCK</c>; may lag.</summary>
    public required string Availability { get; init; }

    public required string? SellerId { get; init; }
    public required long Version { get; init; }
}

/// <summary>A node on the way from the root of the category tree.</summary>
internal sealed record CategoryStep(string Id, string Name);

/// <summary>What reviewers gave, from 1 to 5; 0 while there are none.</summary>
internal sealed record RatingView(double Average, int Count)
{
    public static readonly RatingView None = new(0, 0);
}
