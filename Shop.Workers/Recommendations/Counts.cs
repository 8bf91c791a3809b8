using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Recommendations;

/// <summary>How often a product was bought, and how far it has been ranked.</summary>
internal sealed class ProductCount
{
    public string Sku { get; init; } = "";

    /// <summary>Orders that it was in.</summary>
    public long Orders { get; init; }

    public long Units { get; init; }

    /// <summary>
    /// As the catalogue said when it was last ranked; null before that, or if the catalogue does not know it.
    /// </summary>
    public string? CategoryId { get; init; }

    /// <summary>Grows with each change of its counts.</summary>
    public long Revision { get; init; }

    /// <summary>The revision that its list in Redis was made from.</summary>
    public long RankedRevision { get; init; }

    public DateTimeOffset RankedAt { get; init; }
}

/// <summary>How many orders two products were in together; the lesser SKU comes first.</summary>
internal sealed class PairCount
{
    public string Sku { get; init; } = "";
    public string Other { get; init; } = "";
    public long Orders { get; init; }
}

/// <summary>How many orders are counted. One row.</summary>
internal sealed class OrderCount
{
    public int Id { get; init; }
    public long Orders { get; init; }
}

internal sealed class ProductCountTable : IEntityTypeConfiguration<ProductCount>
{
    public void Configure(EntityTypeBuilder<ProductCount> product)
    {
        product.ToTable("product_count");
        product.HasKey(row => row.Sku);
        product.Property(row => row.Sku).UseCollation("C");
        product.Property(row => row.CategoryId).UseCollation("C");
        product.Property(row => row.Revision).HasDefaultValue(1);
        product.Property(row => row.RankedRevision).HasDefaultValue(0);
        product.Property(row => row.RankedAt).HasDefaultValueSql("'-infinity'");
        product.HasIndex(row => row.RankedAt);
        product.HasIndex(row => row.RankedAt, "ix_product_count_changed").HasDatabaseName("ix_product_count_changed")
            .HasFilter("revision <> ranked_revision");
        product.HasIndex(row => new { row.CategoryId, row.Units, row.Sku }).IsDescending(false, true, false);
    }
}

internal sealed class PairCountTable : IEntityTypeConfiguration<PairCount>
{
    public void Configure(EntityTypeBuilder<PairCount> pair)
    {
        pair.ToTable("pair_count");
        pair.HasKey(row => new { row.Sku, row.Other });
        pair.Property(row => row.Sku).UseCollation("C");
        pair.Property(row => row.Other).UseCollation("C");
        pair.HasIndex(row => row.Other);
        pair.HasIndex(row => row.Sku, "ix_pair_count_gone").HasDatabaseName("ix_pair_count_gone")
            .HasFilter("orders <= 0");
    }
}

internal sealed class OrderCountTable : IEntityTypeConfiguration<OrderCount>
{
    public void Configure(EntityTypeBuilder<OrderCount> count)
    {
        count.ToTable("order_count", table => table.HasCheckConstraint("ck_order_count_one_row", "id = 1"));
        count.HasKey(row => row.Id);
        count.Property(row => row.Id).ValueGeneratedNever();
    }
}
