namespace Shop.Contracts.Inventory;

// Commands

/// <summary>Holds all lines or none. Answered by <see cref="StockReserved"/> or <see cref="StockRejected"/>, also when repeated.</summary>
public sealed record ReserveStock : ICommand
{
    public required Guid OrderId { get; init; }

    /// <summary>One line a SKU, each quantity positive.</summary>
    public required IReadOnlyList<StockLine> Lines { get; init; }

    public required Address ShipTo { get; init; }

    /// <summary>How long the hold lasts, by the clock of the inventory's database.</summary>
    public required TimeSpan HoldFor { get; init; }

    /// <summary>Who buys, as orders have their owner: what a sale's limit counts. Null from hosts that did not tell it yet.</summary>
    public string? Buyer { get; init; }

    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => $"{nameof(ReserveStock)} {{ OrderId = {OrderId} }}";
}

/// <summary>Turns an order's hold into a sale. Answered only if the hold is lost: <see cref="StockSaleRejected"/>.</summary>
public sealed record SellStock : ICommand
{
    public required Guid OrderId { get; init; }
}

/// <summary>
/// Gives back what an order holds or has bought and not shipped. Repeats change nothing; a reservation that arrives
/// after its release is rejected.
/// </summary>
public sealed record ReleaseStock : ICommand
{
    public required Guid OrderId { get; init; }
    public required string Reason { get; init; }
}

/// <summary>
/// Tells that a parcel with goods an order had bought has left a warehouse: they are there no more. Not answered; repeats
/// of a parcel change nothing.
/// </summary>
public sealed record ShipStock : ICommand
{
    public required Guid OrderId { get; init; }
    public required Guid ParcelId { get; init; }
    public required string Warehouse { get; init; }

    /// <summary>One line a SKU, each quantity positive.</summary>
    public required IReadOnlyList<StockLine> Lines { get; init; }
}

/// <summary>
/// Finds what an order had bought from a warehouse that cannot ship it at other ones: all lines or none. Answered by
/// <see cref="StockReallocated"/> or <see cref="StockReallocationRejected"/>, also when repeated.
/// </summary>
public sealed record ReallocateStock : ICommand
{
    public required Guid OrderId { get; init; }

    /// <summary>The parcel that cannot be shipped.</summary>
    public required Guid ParcelId { get; init; }

    /// <summary>The warehouse that cannot ship. Nothing of this order is bought from there any more.</summary>
    public required string Warehouse { get; init; }

    public required IReadOnlyList<StockLine> Lines { get; init; }
    public required Address ShipTo { get; init; }
    public required string Reason { get; init; }
}

/// <summary>
/// Takes goods that came back into stock again. Answered by <see cref="ReturnRestocked"/>, also when repeated.
/// </summary>
public sealed record RestockReturn : ICommand
{
    public required Guid OrderId { get; init; }
    public required Guid ReturnId { get; init; }
    public required string Warehouse { get; init; }

    /// <summary>What can be sold again; one line a SKU, each quantity positive.</summary>
    public required IReadOnlyList<StockLine> Lines { get; init; }
}

/// <summary>Goods arrived. The reference makes it idempotent per SKU and warehouse.</summary>
public sealed record ReceiveStock : ICommand
{
    public required string Sku { get; init; }
    public required string Warehouse { get; init; }
    public required int Quantity { get; init; }
    public required string Reference { get; init; }
}

/// <summary>Opens a warehouse or changes where it is.</summary>
public sealed record PutWarehouse : ICommand
{
    public required string Code { get; init; }
    public required string Name { get; init; }
    public required Address Address { get; init; }

    /// <summary>Degrees north, WGS 84.</summary>
    public required double Latitude { get; init; }

    /// <summary>Degrees east, WGS 84.</summary>
    public required double Longitude { get; init; }
}

/// <summary>
/// Opens a flash sale of a SKU, or changes the terms of the one that has not ended. What is sold stays sold: the quantity
/// does not fall below it. Not answered; repeats change nothing, and of two on their way the later stands.
/// </summary>
public sealed record PutSale : ICommand
{
    public required string Sku { get; init; }

    /// <summary>UTC, judged by the clock of the inventory's database. One that has passed stays.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Units that one person may have, with what is pending.</summary>
    public required int PerPersonLimit { get; init; }

    /// <summary>Units offered, all persons together.</summary>
    public required int Quantity { get; init; }

    /// <summary>When it was asked for (UTC).</summary>
    public required DateTimeOffset AskedAt { get; init; }
}

// Events

public sealed record StockReserved : IEvent
{
    public required Guid OrderId { get; init; }
    public required IReadOnlyList<Allocation> Allocations { get; init; }
}

public sealed record StockRejected : IEvent
{
    public required Guid OrderId { get; init; }

    /// <summary>The lines that fall short; empty when the order was released before its reservation came.</summary>
    public required IReadOnlyList<Shortage> Shortages { get; init; }
}

/// <summary>The hold ended by the database's clock before it was sold or released; its stock is free again.</summary>
public sealed record ReservationExpired : IEvent
{
    public required Guid OrderId { get; init; }
}

/// <summary>A sale found its hold gone. Nothing is sold.</summary>
public sealed record StockSaleRejected : IEvent
{
    public required Guid OrderId { get; init; }
}

/// <summary>Other warehouses have what the parcel should have brought: it is bought from there now.</summary>
public sealed record StockReallocated : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid ParcelId { get; init; }
    public required IReadOnlyList<Allocation> Allocations { get; init; }
}

/// <summary>No other warehouses have all of it. Nothing was moved.</summary>
public sealed record StockReallocationRejected : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid ParcelId { get; init; }
    public required IReadOnlyList<Shortage> Shortages { get; init; }
}

public sealed record ReturnRestocked : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid ReturnId { get; init; }
}

/// <summary>
/// Products went from one band of <see cref="Availability"/> to another, at most <see cref="Most"/> in one event. Not
/// published for each unit that is sold.
/// </summary>
public sealed record AvailabilityChanged : IEvent
{
    public const int Most = 500;

    public required IReadOnlyList<ProductAvailability> Products { get; init; }
}

// Values

/// <summary>The words that clients see for how much there is of a product. They may lag.</summary>
public static class Availability
{
    public const string InStock = "IN_STOCK";
    public const string LowStock = "LOW_STOCK";
    public const string OutOfStock = "OUT_OF_STOCK";
}

/// <summary>A product and its band, one of the words of <see cref="Inventory.Availability"/>.</summary>
public sealed record ProductAvailability(string Sku, string Band);

public sealed record StockLine(string Sku, int Quantity);

/// <summary>So many units of a SKU from one warehouse.</summary>
public sealed record Allocation(string Warehouse, string Sku, int Quantity);

/// <summary>A line that cannot be had: of so many units, so many are there for this buyer.</summary>
public sealed record Shortage(string Sku, int Requested, int Available)
{
    /// <summary>The <see cref="Code"/> of what is over the limit of a person in a sale.</summary>
    public const string PurchaseLimit = "purchase-limit";

    /// <summary>Why; null where there is no more of it.</summary>
    public string? Code { get; init; }
}
