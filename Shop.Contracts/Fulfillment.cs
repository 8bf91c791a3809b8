namespace Shop.Contracts.Fulfillment;

// Commands

/// <summary>
/// Asks that nothing of an order be shipped. Answered by <see cref="FulfillmentStopped"/>, or by
/// <see cref="FulfillmentStopRejected"/> once a part of it has left; also when repeated, and before the order has come.
/// </summary>
public sealed record StopFulfillment : ICommand
{
    public required Guid OrderId { get; init; }
    public required string Reason { get; init; }
}

/// <summary>
/// A warehouse gives a parcel to its carrier. Its part of the payment is captured first: <see cref="ParcelHandedOver"/>
/// tells that it has left, <see cref="ParcelStopped"/> that it stays.
/// </summary>
public sealed record HandOverParcel : ICommand
{
    public required Guid ParcelId { get; init; }
}

/// <summary>A warehouse cannot ship a parcel: its goods are looked for elsewhere.</summary>
public sealed record ReportParcelUnshippable : ICommand
{
    public required Guid ParcelId { get; init; }
    public required string Reason { get; init; }
}

/// <summary>
/// What a carrier told of a parcel, by a verified webhook or when asked. It may come twice, in any order, or never.
/// </summary>
public sealed record RecordTracking : ICommand
{
    public required string Carrier { get; init; }
    public required string TrackingNumber { get; init; }

    /// <summary>One of the words of <see cref="ParcelStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>When it happened, by the carrier's clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The carrier's id of what it told; the same is told once.</summary>
    public required string EventId { get; init; }
}

/// <summary>Books a carrier for goods that come back. Answered by <see cref="ReturnLabelBooked"/>, also when repeated.</summary>
public sealed record BookReturnLabel : ICommand
{
    public required Guid OrderId { get; init; }
    public required Guid ReturnId { get; init; }

    /// <summary>The customer's address, where the parcel begins.</summary>
    public required Address From { get; init; }

    /// <summary>Where the goods were sold, so where they go.</summary>
    public required string Warehouse { get; init; }
}

// Events

/// <summary>A carrier has it. The first of an order makes that order shipped.</summary>
public sealed record ParcelHandedOver : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid ParcelId { get; init; }
    public required string Warehouse { get; init; }
    public required string Carrier { get; init; }
    public required string TrackingNumber { get; init; }
    public required IReadOnlyList<Inventory.StockLine> Lines { get; init; }
}

/// <summary>Its part of the payment could not be taken, or no warehouse has its goods: it waits for people.</summary>
public sealed record ParcelStopped : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid ParcelId { get; init; }
    public required string Reason { get; init; }
}

/// <summary>The last parcel of an order has arrived.</summary>
public sealed record FulfillmentDelivered : IEvent
{
    public required Guid OrderId { get; init; }
}

public sealed record ReturnLabelBooked : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid ReturnId { get; init; }
    public required string Carrier { get; init; }
    public required string TrackingNumber { get; init; }
}

/// <summary>Nothing of this order was shipped, and nothing will be.</summary>
public sealed record FulfillmentStopped : IEvent
{
    public required Guid OrderId { get; init; }
}

/// <summary>A carrier has some of this order already: it goes on as if nobody had asked.</summary>
public sealed record FulfillmentStopRejected : IEvent
{
    public required Guid OrderId { get; init; }
}

// Values

/// <summary>The words that clients see as a parcel's status, in order of life.</summary>
public static class ParcelStatus
{
    public const string Allocated = "ALLOCATED";
    public const string Picking = "PICKING";
    public const string Labelled = "LABELLED";
    public const string HandedOver = "HANDED_OVER";
    public const string InTransit = "IN_TRANSIT";
    public const string Delivered = "DELIVERED";

    /// <summary>It does not leave as it is: see why where operators look.</summary>
    public const string Stopped = "STOPPED";

    /// <summary>Its order was called off, or its goods come from elsewhere.</summary>
    public const string Cancelled = "CANCELLED";

    /// <summary>The carrier has lost it.</summary>
    public const string Lost = "LOST";
}
