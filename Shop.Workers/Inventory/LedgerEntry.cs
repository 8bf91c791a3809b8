using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Inventory;

/// <summary>
/// One movement of stock. Entries are added and never changed; summed, their deltas are exactly the
/// <see cref="StockItem"/>.
/// </summary>
internal sealed class LedgerEntry
{
    public long Id { get; init; }
    public Guid? OrderId { get; init; }
    public required string Sku { get; init; }
    public required string Warehouse { get; init; }

    /// <summary>One of the words of <see cref="LedgerKind"/>.</summary>
    public required string Kind { get; init; }

    public int DeltaOnHand { get; init; }
    public int DeltaReserved { get; init; }
    public int DeltaSold { get; init; }

    /// <summary>The delivery note of a receipt, the reason of a release, the parcel or the return that moved it.</summary>
    public string? Reference { get; init; }

    public DateTimeOffset At { get; init; }
}

internal static class LedgerKind
{
    public const string Received = "RECEIVED";
    public const string Reserved = "RESERVED";
    public const string Released = "RELEASED";
    public const string Sold = "SOLD";

    /// <summary>A sale was undone before it was shipped.</summary>
    public const string Unsold = "UNSOLD";

    /// <summary>A sale was moved here from a warehouse that cannot ship it, where it is <see cref="Unsold"/>.</summary>
    public const string Reallocated = "REALLOCATED";

    /// <summary>A parcel took it away.</summary>
    public const string Shipped = "SHIPPED";

    /// <summary>It came back, and can be sold again.</summary>
    public const string Returned = "RETURNED";
}

internal sealed class LedgerEntryConfiguration : IEntityTypeConfiguration<LedgerEntry>
{
    public void Configure(EntityTypeBuilder<LedgerEntry> builder)
    {
        builder.ToTable("ledger_entry");
        builder.HasKey(entry => entry.Id);
        builder.Property(entry => entry.Id).UseIdentityAlwaysColumn();
        builder.Property(entry => entry.At).HasDefaultValueSql("now()");
        builder.HasIndex(entry => new { entry.Sku, entry.Warehouse, entry.Reference })
            .IsUnique()
            .HasDatabaseName("ux_ledger_entry_receipt")
            .HasFilter($"kind = '{LedgerKind.Received}'");
    }
}
