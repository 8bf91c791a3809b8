using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Reviews;

/// <summary>What one person says of one product. Written by <see cref="ReviewWriter"/> alone.</summary>
internal sealed class Review
{
    public string Sku { get; init; } = "";
    public string Owner { get; init; } = "";

    /// <summary>Of the message that brought what stands; new with each replacement.</summary>
    public Guid Id { get; init; }

    public string Author { get; init; } = "";
    public int Rating { get; init; }
    public string Title { get; init; } = "";
    public string Body { get; init; } = "";
    public DateTimeOffset PostedAt { get; init; }

    /// <summary>
    /// What the one that this one replaced had given: kept so that the statement that replaces knows the difference.
    /// </summary>
    public int? ReplacedRating { get; init; }
}

internal sealed class ReviewTable : IEntityTypeConfiguration<Review>
{
    public void Configure(EntityTypeBuilder<Review> review)
    {
        review.ToTable("review", table =>
            table.HasCheckConstraint("ck_review_rating_bounds", "rating between 1 and 5"));
        review.HasKey(row => new { row.Sku, row.Owner });
        review.Property(row => row.Sku).UseCollation("C");
        review.Property(row => row.Owner).UseCollation("C");
        review.HasIndex(row => new { row.Sku, row.PostedAt, row.Id });
    }
}
