using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Fulfillment;

/// <summary>A carrier that was booked for goods which come back.</summary>
internal sealed class ReturnLabel
{
    public Guid ReturnId { get; init; }
    public Guid OrderId { get; init; }

    /// <summary>Where the goods go.</summary>
    public string Warehouse { get; init; } = "";

    public string Carrier { get; init; } = "";
    public string TrackingNumber { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class ReturnLabelTable : IEntityTypeConfiguration<ReturnLabel>
{
    public void Configure(EntityTypeBuilder<ReturnLabel> label)
    {
        label.ToTable("return_label");
        label.HasKey(row => row.ReturnId);
        label.Property(row => row.ReturnId).ValueGeneratedNever();
        label.Property(row => row.CreatedAt).HasDefaultValueSql("now()");
        label.HasIndex(row => new { row.Carrier, row.TrackingNumber }).IsUnique();
    }
}
