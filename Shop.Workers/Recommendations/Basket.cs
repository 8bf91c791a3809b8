using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Recommendations;

/// <summary>
/// What was bought with one confirmed order, kept as long as it counts. It is in the counts or not, and called off or
/// not: where the two are equal, there is something to do for <see cref="BasketCounter"/>.
/// </summary>
internal sealed class Basket
{
    public Guid OrderId { get; init; }

    /// <summary>One a line; empty if the order was called off before it came.</summary>
    public string[] Skus { get; init; } = [];

    /// <summary>Beside <see cref="Skus"/>.</summary>
    public int[] Quantities { get; init; } = [];

    public bool Counted { get; init; }

    /// <summary>Or too old to count.</summary>
    public bool Cancelled { get; init; }

    public DateTimeOffset RecordedAt { get; init; }
}

internal sealed class BasketTable : IEntityTypeConfiguration<Basket>
{
    public void Configure(EntityTypeBuilder<Basket> basket)
    {
        basket.ToTable("basket");
        basket.HasKey(row => row.OrderId);
        basket.Property(row => row.OrderId).ValueGeneratedNever();
        basket.Property(row => row.Skus).UseCollation("C");
        basket.Property(row => row.RecordedAt).HasDefaultValueSql("now()");
        basket.HasIndex(row => row.RecordedAt);
        basket.HasIndex(row => row.RecordedAt, "ix_basket_due").HasDatabaseName("ix_basket_due")
            .HasFilter("counted = cancelled");
    }
}
