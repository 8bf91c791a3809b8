using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Inventory;

/// <summary>
/// What one buyer has of a sale, with what is pending. It changes in the transaction that moves the stock. Only
/// <see cref="Stockroom"/> writes it.
/// </summary>
internal sealed class PurchaseAccount
{
    public required Guid SaleId { get; init; }

    /// <summary><c>user:{id}</c> or <c>guest:{session}</c>, as orders have their owner.</summary>
    public required string Buyer { get; init; }

    public int Reserved { get; init; }

    /// <summary>Also what has been shipped, and what came back after that.</summary>
    public int Sold { get; init; }

    /// <summary>The sale's limit when the account last grew.</summary>
    public int UnitLimit { get; init; }
}

/// <summary>
/// One movement of a purchase account. Entries are added and never changed; summed, they are exactly the account.
/// </summary>
internal sealed class PurchaseEntry
{
    public long Id { get; init; }
    public required Guid SaleId { get; init; }
    public required string Buyer { get; init; }
    public required Guid OrderId { get; init; }

    /// <summary><see cref="LedgerKind.Reserved"/>, Released, Sold or Unsold.</summary>
    public required string Kind { get; init; }

    public int DeltaReserved { get; init; }
    public int DeltaSold { get; init; }

    /// <summary>The sale's limit at that time.</summary>
    public int UnitLimit { get; init; }

    public DateTimeOffset At { get; init; }
}

internal sealed class PurchaseAccountConfiguration : IEntityTypeConfiguration<PurchaseAccount>
{
    public void Configure(EntityTypeBuilder<PurchaseAccount> builder)
    {
        builder.ToTable("purchase_account", table =>
        {
            table.HasCheckConstraint("ck_purchase_account_reserved", "reserved >= 0");
            table.HasCheckConstraint("ck_purchase_account_sold", "sold >= 0");
            table.HasCheckConstraint("ck_purchase_account_within_limit", "reserved + sold <= unit_limit");
        });
        builder.HasKey(account => new { account.SaleId, account.Buyer });
        builder.HasStorageParameter("fillfactor", 50);
    }
}

internal sealed class PurchaseEntryConfiguration : IEntityTypeConfiguration<PurchaseEntry>
{
    public void Configure(EntityTypeBuilder<PurchaseEntry> builder)
    {
        builder.ToTable("purchase_entry");
        builder.HasKey(entry => entry.Id);
        builder.Property(entry => entry.Id).UseIdentityAlwaysColumn();
        builder.Property(entry => entry.At).HasDefaultValueSql("now()");
        builder.HasIndex(entry => new { entry.SaleId, entry.Buyer }).HasDatabaseName("ix_purchase_entry_account");
        builder.HasIndex(entry => entry.At).HasMethod("brin").HasDatabaseName("ix_purchase_entry_at");
    }
}
