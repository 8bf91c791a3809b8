using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Inventory;

/// <summary>
/// A flash sale of a SKU: open from <see cref="StartsAt"/> until before <see cref="EndsAt"/>, by the database's clock. A SKU
/// has one that is current; those before it are kept with their accounts.
/// </summary>
internal sealed class Sale
{
    public required Guid Id { get; init; }
    public required string Sku { get; init; }
    public bool IsCurrent { get; init; }
    public DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset EndsAt { get; init; }

    /// <summary>Units that one person may have of it. Lowered, it takes nothing from who has more.</summary>
    public int PerPersonLimit { get; init; }

    /// <summary>The most that the limit ever was.</summary>
    public int HighestLimit { get; init; }

    /// <summary>Units offered, all persons together.</summary>
    public int Quantity { get; init; }

    /// <summary>Units reserved and sold of them.</summary>
    public int Taken { get; init; }

    /// <summary>What the draw of the waiting room is made with; told to nobody before the start.</summary>
    public required byte[] Seed { get; init; }

    /// <summary>The SHA-256 of the seed, told from the beginning.</summary>
    public required byte[] Commitment { get; init; }

    /// <summary>When the terms were asked for: of two that are on their way, the later stand.</summary>
    public DateTimeOffset AskedAt { get; init; }
}

internal sealed class SaleConfiguration : IEntityTypeConfiguration<Sale>
{
    public void Configure(EntityTypeBuilder<Sale> builder)
    {
        builder.ToTable("sale", table =>
        {
            table.HasCheckConstraint("ck_sale_time", "starts_at < ends_at");
            table.HasCheckConstraint("ck_sale_limit", "per_person_limit > 0 and per_person_limit <= highest_limit");
            table.HasCheckConstraint("ck_sale_taken", "taken >= 0 and taken <= quantity");
        });
        builder.HasKey(sale => sale.Id);
        builder.Property(sale => sale.Id).ValueGeneratedNever();
        builder.HasIndex(sale => sale.Sku).IsUnique().HasDatabaseName("ux_sale_current").HasFilter("is_current");
        builder.HasStorageParameter("fillfactor", 50);
    }
}
