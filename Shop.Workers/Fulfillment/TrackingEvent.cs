using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Fulfillment;

/// <summary>Something that a carrier told, once for each of its ids, as it came.</summary>
internal sealed class TrackingEvent
{
    public string Carrier { get; init; } = "";
    public string EventId { get; init; } = "";
    public string TrackingNumber { get; init; } = "";
    public string Status { get; init; } = "";

    /// <summary>By the carrier's clock.</summary>
    public DateTimeOffset At { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }
}

internal sealed class TrackingEventTable : IEntityTypeConfiguration<TrackingEvent>
{
    public void Configure(EntityTypeBuilder<TrackingEvent> told)
    {
        told.ToTable("tracking_event");
        told.HasKey(row => new { row.Carrier, row.EventId });
        told.Property(row => row.ReceivedAt).HasDefaultValueSql("now()");
        told.HasIndex(row => row.TrackingNumber);
    }
}
