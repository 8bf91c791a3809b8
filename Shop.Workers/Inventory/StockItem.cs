using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Inventory;

/// <summary>
/// The units of one SKU in one warehouse. What can still be promised is <see cref="OnHand"/> less
/// <see cref="Reserved"/> and <see cref="Sold"/>. Only <see cref="Stockroom"/> writes it.
/// </summary>
internal sealed class StockItem
{
    public required string Sku { get; init; }
    public required string Warehouse { get; init; }

    /// <summary>On the shelf. A sale leaves it there; the shipment takes it.</summary>
    public int OnHand { get; init; }

    public int Reserved { get; init; }

    /// <summary>Paid for and not yet shipped.</summary>
    public int Sold { get; init; }
}

internal sealed class StockItemConfiguration : IEntityTypeConfiguration<StockItem>
{
    public void Configure(EntityTypeBuilder<StockItem> builder)
    {
        builder.ToTable("stock_item", table =>
        {
            table.HasCheckConstraint("ck_stock_item_on_hand", "on_hand >= 0");
            table.HasCheckConstraint("ck_stock_item_reserved", "reserved >= 0");
            table.HasCheckConstraint("ck_stock_item_sold", "sold >= 0");
            table.HasCheckConstraint("ck_stock_item_not_oversold", "reserved + sold <= on_hand");
        });
        builder.HasKey(item => new { item.Sku, item.Warehouse });
        // No foreign key: see Warehouse. No index on what changes, and room on each page: updates stay heap-only.
        builder.HasStorageParameter("fillfactor", 50);
        builder.HasStorageParameter("autovacuum_vacuum_scale_factor", 0.05m);
    }
}
