namespace Shop.Workers.Search;

/// <summary>What a product is found by and what its hits are ordered and counted by. Only products on sale have one.</summary>
internal sealed record SearchDocument
{
    public required string Sku { get; init; }
    public required string Title { get; init; }
    public required string? Brand { get; init; }

    /// <summary>From the root to the most special one, which is the product's own.</summary>
    public required IReadOnlyList<SearchCategory> Categories { get; init; }

    public required IReadOnlyDictionary<string, string> Attributes { get; init; }
    public required string Description { get; init; }

    /// <summary>Minor units.</summary>
    public required long Price { get; init; }

    public required string Currency { get; init; }

    /// <summary>1 to 5; 0 while there is none.</summary>
    public required double Rating { get; init; }

    public required int RatingCount { get; init; }

    /// <summary>A word of <see cref="Contracts.Inventory.Availability"/>.</summary>
    public required string Availability { get; init; }

    public required long Popularity { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the catalogue last changed it.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The catalogue's version. An index never replaces a document by one of a lower version.</summary>
    public required long Version { get; init; }

    public bool InStock => Availability != Contracts.Inventory.Availability.OutOfStock;
}

internal sealed record SearchCategory(string Id, string Name);
