using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Reviews;

/// <summary>
/// How many reviews of a product gave how much. Number and mean follow from it. What was posted since the last
/// <see cref="PublishRatingsJob"/> is not in it yet: see <see cref="RatingDelta"/>.
/// </summary>
internal sealed class Rating
{
    public string Sku { get; init; } = "";
    public int Ones { get; init; }
    public int Twos { get; init; }
    public int Threes { get; init; }
    public int Fours { get; init; }
    public int Fives { get; init; }
}

/// <summary>
/// What one review changed, committed with it. Reviews of one product never wait for each other: they add rows, which
/// are summed up later.
/// </summary>
internal sealed class RatingDelta
{
    public long Id { get; init; }
    public string Sku { get; init; } = "";
    public int Ones { get; init; }
    public int Twos { get; init; }
    public int Threes { get; init; }
    public int Fours { get; init; }
    public int Fives { get; init; }
}

internal sealed class RatingTable : IEntityTypeConfiguration<Rating>
{
    public void Configure(EntityTypeBuilder<Rating> rating)
    {
        rating.ToTable("rating");
        rating.HasKey(row => row.Sku);
        rating.Property(row => row.Sku).UseCollation("C");
    }
}

internal sealed class RatingDeltaTable : IEntityTypeConfiguration<RatingDelta>
{
    public void Configure(EntityTypeBuilder<RatingDelta> delta)
    {
        delta.ToTable("rating_delta");
        delta.HasKey(row => row.Id);
        delta.Property(row => row.Id).UseIdentityAlwaysColumn();
        delta.Property(row => row.Sku).UseCollation("C");
        delta.HasIndex(row => row.Sku);
    }
}
