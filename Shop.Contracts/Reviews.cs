namespace Shop.Contracts.Reviews;

// Commands

/// <summary>Stores a person's review of a product; a second one replaces the first.</summary>
public sealed record PostReview : ICommand
{
    public required string Sku { get; init; }

    /// <summary>Who wrote it: <c>user:{id}</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>The name it is shown under.</summary>
    public required string Author { get; init; }

    /// <summary>1 to 5.</summary>
    public required int Rating { get; init; }

    public required string Title { get; init; }
    public required string Body { get; init; }

    /// <summary>When the API took it (UTC); of two, the later stands.</summary>
    public required DateTimeOffset PostedAt { get; init; }
}

// Events

/// <summary>
/// The ratings of products moved, at most <see cref="Most"/> in one event. Published with a lag, and perhaps again: what they
/// are now is published by the reviews.
/// </summary>
public sealed record RatingsChanged : IEvent
{
    public const int Most = 500;

    public required IReadOnlyList<ProductRating> Products { get; init; }
}

// Values

/// <summary>The mean of <paramref name="Count"/> ratings of 1 to 5.</summary>
public sealed record ProductRating(string Sku, double Average, int Count);
