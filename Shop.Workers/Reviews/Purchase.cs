using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Reviews;

/// <summary>
/// What a person bought with one confirmed order. Guests write no reviews, so theirs are not kept. Whether a review is
/// of a verified purchase is looked up here when it is read, so that it does not matter which of the two came first.
/// </summary>
internal sealed class Purchase
{
    public Guid OrderId { get; init; }

    /// <summary>Empty if the order was called off before it came.</summary>
    public string Owner { get; init; } = "";

    public string[] Skus { get; init; } = [];

    /// <summary>Whether it was called off; it stays, so that a late confirmation does not bring it back.</summary>
    public bool Cancelled { get; init; }
}

internal sealed class PurchaseTable : IEntityTypeConfiguration<Purchase>
{
    public void Configure(EntityTypeBuilder<Purchase> purchase)
    {
        purchase.ToTable("purchase");
        purchase.HasKey(row => row.OrderId);
        purchase.Property(row => row.OrderId).ValueGeneratedNever();
        purchase.Property(row => row.Owner).UseCollation("C");
        purchase.Property(row => row.Skus).UseCollation("C");
        purchase.HasIndex(row => row.Owner);
    }
}
