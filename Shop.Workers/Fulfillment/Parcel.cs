using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Contracts;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// What leaves one warehouse for one order, and the part of the payment that is taken for it. Whoever decides about its
/// money or its arrival asserts the version of its <see cref="FulfillmentOrder"/>, so that parcels of an order are decided
/// one after the other.
/// </summary>
internal sealed class Parcel
{
    /// <summary>Derived from the order and the warehouse, see <see cref="ParcelSplit"/>.</summary>
    public Guid Id { get; init; }

    public Guid OrderId { get; init; }
    public string Warehouse { get; init; } = "";

    /// <summary>One of the words of <see cref="ParcelStatus"/>.</summary>
    public string Status { get; set; } = ParcelStatus.Allocated;

    public IReadOnlyList<ParcelLine> Lines { get; init; } = [];

    /// <summary>The share of the order's costs beside the goods, in minor units; it is in <see cref="Amount"/>.</summary>
    public long ShippingAmount { get; init; }

    /// <summary>What is taken when it leaves, in minor units. The parcels of an order sum to its total.</summary>
    public long Amount { get; init; }

    public string Currency { get; init; } = "";
    public string? Carrier { get; init; }
    public string? TrackingNumber { get; init; }

    /// <summary>The furthest that the carrier told, which may be ahead of what we have done. Null while it told nothing.</summary>
    public string? CarrierStatus { get; set; }

    public CaptureState Capture { get; set; }

    /// <summary>Whether its capture was asked for as the last one of the order.</summary>
    public bool CaptureFinal { get; set; }

    /// <summary>Why it does not leave.</summary>
    public string? Reason { get; set; }

    /// <summary>How often a carrier was asked to take it.</summary>
    public int Attempts { get; init; }

    /// <summary>When a job may look at it next.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>Since when it was reported as late; null while it was not.</summary>
    public DateTimeOffset? LateSince { get; init; }

    /// <summary>Kept by a trigger, by the database's clock, as is <see cref="CaptureSince"/>.</summary>
    public DateTimeOffset StatusSince { get; init; }

    public DateTimeOffset CaptureSince { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public int Version { get; init; }

    public Money Money => new(Amount, Currency);

    /// <summary>Whether it can still be kept back.</summary>
    public bool IsHere => Capture is CaptureState.None or CaptureState.Refused && Status is ParcelStatus.Allocated
        or ParcelStatus.Picking or ParcelStatus.Labelled or ParcelStatus.Stopped;

    /// <summary>Whether nothing of the payment will be taken for it any more.</summary>
    public bool IsSettled => Capture == CaptureState.Taken || Status == ParcelStatus.Cancelled;

    public IReadOnlyList<StockLine> Goods => [.. Lines.Select(line => new StockLine(line.Sku, line.Quantity))];

    /// <summary>Takes what the carrier told, if it is further than what it told before.</summary>
    /// <returns>Whether it is.</returns>
    public bool Hear(string status)
    {
        if (Rank(status) is 0 || Rank(status) <= Rank(CarrierStatus)) return false;
        CarrierStatus = status;
        Follow();
        return true;
    }

    /// <summary>It has left: from now on it is where the carrier says.</summary>
    public void Leave()
    {
        Capture = CaptureState.Taken;
        Status = ParcelStatus.HandedOver;
        Follow();
    }

    private void Follow()
    {
        if (Capture == CaptureState.Taken && Rank(CarrierStatus) > Rank(Status)) Status = CarrierStatus!;
    }

    /// <summary>A parcel that was lost may be found; one that has arrived is not lost.</summary>
    private static int Rank(string? status) => status switch
    {
        ParcelStatus.HandedOver => 1,
        ParcelStatus.InTransit => 2,
        ParcelStatus.Lost => 3,
        ParcelStatus.Delivered => 4,
        _ => 0,
    };
}

/// <summary>So many units of a SKU, each at a price in minor units of the order's currency.</summary>
internal sealed record ParcelLine(string Sku, int Quantity, long UnitAmount);

/// <summary>How far a parcel's part of the payment is. One of an order is asked for at a time.</summary>
internal enum CaptureState
{
    None,

    /// <summary>It is to leave, and waits for another one's answer.</summary>
    Waiting,
    Asked,
    Taken,
    Refused,
}

internal sealed class ParcelTable : IEntityTypeConfiguration<Parcel>
{
    private const string Unsent =
        $"status in ('{ParcelStatus.Allocated}', '{ParcelStatus.Picking}', '{ParcelStatus.Labelled}')";

    public void Configure(EntityTypeBuilder<Parcel> parcel)
    {
        parcel.ToTable("parcel", table => table.HasCheckConstraint("ck_parcel_amount", "amount >= 0"));
        parcel.HasStorageParameter("fillfactor", 70);
        parcel.HasKey(row => row.Id);
        parcel.Property(row => row.Id).ValueGeneratedNever();
        parcel.Property(row => row.Version).IsConcurrencyToken();
        parcel.Property(row => row.Lines).HasJsonb();
        parcel.Property(row => row.Capture).HasConversion(UpperSnake.Of<CaptureState>());
        parcel.Property(row => row.DueAt).HasDefaultValueSql("now()");
        parcel.Property(row => row.StatusSince).HasDefaultValueSql("now()");
        parcel.Property(row => row.CaptureSince).HasDefaultValueSql("now()");
        parcel.Property(row => row.CreatedAt).HasDefaultValueSql("now()");
        parcel.Ignore(row => row.Money).Ignore(row => row.IsHere).Ignore(row => row.IsSettled).Ignore(row => row.Goods);
        parcel.HasIndex(row => row.OrderId);
        parcel.HasIndex(row => new { row.CreatedAt, row.Id });
        parcel.HasIndex(row => new { row.Status, row.CreatedAt, row.Id });
        parcel.HasIndex(row => new { row.Warehouse, row.Status, row.CreatedAt, row.Id });
        parcel.HasIndex(row => new { row.Carrier, row.TrackingNumber }).IsUnique()
            .HasDatabaseName("ux_parcel_tracking_number").HasFilter("tracking_number is not null");
        parcel.HasIndex(row => row.DueAt, "ix_parcel_to_book").HasDatabaseName("ix_parcel_to_book")
            .HasFilter($"status in ('{ParcelStatus.Allocated}', '{ParcelStatus.Picking}')");
        parcel.HasIndex(row => row.DueAt, "ix_parcel_to_hand_over").HasDatabaseName("ix_parcel_to_hand_over")
            .HasFilter($"status = '{ParcelStatus.Labelled}' and capture = 'NONE'");
        parcel.HasIndex(row => row.DueAt, "ix_parcel_to_capture").HasDatabaseName("ix_parcel_to_capture")
            .HasFilter("capture = 'ASKED'");
        parcel.HasIndex(row => row.DueAt, "ix_parcel_under_way").HasDatabaseName("ix_parcel_under_way")
            .HasFilter($"status in ('{ParcelStatus.HandedOver}', '{ParcelStatus.InTransit}')");
        parcel.HasIndex(row => row.CreatedAt, "ix_parcel_may_be_late").HasDatabaseName("ix_parcel_may_be_late")
            .HasFilter($"late_since is null and {Unsent}");
        parcel.HasIndex(row => row.LateSince, "ix_parcel_late").HasDatabaseName("ix_parcel_late")
            .HasFilter($"late_since is not null and {Unsent}");
        parcel.HasIndex(row => row.StatusSince, "ix_parcel_stopped").HasDatabaseName("ix_parcel_stopped")
            .HasFilter($"status in ('{ParcelStatus.Stopped}', '{ParcelStatus.Lost}')");
        parcel.HasIndex(row => row.StatusSince, "ix_parcel_astray").HasDatabaseName("ix_parcel_astray")
            .HasFilter($"status = '{ParcelStatus.Cancelled}' and carrier_status is not null");
    }
}
