namespace Shop.Contracts.Catalog;

// Commands

/// <summary>Creates or replaces a product.</summary>
public sealed record PutProduct : ICommand
{
    public required string Sku { get; init; }
    public required string Title { get; init; }
    public required string Description { get; init; }
    public required string? Brand { get; init; }

    /// <summary>The most special category it belongs to.</summary>
    public required string CategoryId { get; init; }

    public required Money Price { get; init; }
    public required IReadOnlyList<string> Images { get; init; }
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }
    public required bool Active { get; init; }

    /// <summary>Higher sells more. Null keeps what is known.</summary>
    public long? Popularity { get; init; }

    public string? SellerId { get; init; }

    /// <summary>
    /// When it was asked for, by one clock for all who ask: of two, the later stands, in whichever order they come. Null
    /// stands when it comes.
    /// </summary>
    public DateTimeOffset? PutAt { get; init; }
}

// Events

/// <summary>Products were created or changed, at most <see cref="Most"/> in one event.</summary>
public sealed record ProductsChanged : IEvent
{
    public const int Most = 500;

    public required IReadOnlyList<ProductVersion> Products { get; init; }
}

// Values

/// <summary>A product's <paramref name="Version"/> counts its changes from 1.</summary>
public sealed record ProductVersion(string Sku, long Version);
