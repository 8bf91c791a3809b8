using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>
/// Reserved with allocations, or else rejected with what fell short; without shortages if the order was released.
/// </summary>
internal sealed record ReserveOutcome(
    Guid OrderId, IReadOnlyList<Allocation> Allocations, IReadOnlyList<Shortage> Shortages)
{
    /// <summary>Also when all of it has been shipped since, and nothing is allocated any more.</summary>
    public required bool IsReserved { get; init; }

    public static ReserveOutcome Of(Guid order, KnownReservation reservation) => reservation.State switch
    {
        ReservationState.Held or ReservationState.Sold => new(order, reservation.Allocations, []) { IsReserved = true },
        _ => new(order, [], reservation.Shortages) { IsReserved = false },
    };
}

internal enum SellOutcome
{
    Sold,
    AlreadySold,

    /// <summary>The order holds nothing: the hold was lost, or there never was one. Nothing is sold.</summary>
    Rejected,
}

internal enum ReleaseOutcome
{
    Released,

    /// <summary>What was sold and not shipped is free again.</summary>
    SaleUndone,

    /// <summary>It was released or rejected before.</summary>
    NothingHeld,

    /// <summary>The order is not known yet: its reservation will be rejected when it comes.</summary>
    Forestalled,
}

internal enum ReceiveOutcome
{
    Received,
    AlreadyReceived,

    /// <summary>The quantity is none, negative or beyond <see cref="Stockroom.MostUnits"/>.</summary>
    Refused,
}

/// <summary>Bought from other warehouses now, or from where it was, with what fell short elsewhere.</summary>
internal sealed record ReallocateOutcome(
    bool IsReallocated, IReadOnlyList<Allocation> Allocations, IReadOnlyList<Shortage> Shortages)
{
    public static ReallocateOutcome Of(KnownMove move) => new(!move.IsRefused, move.Lines, move.Shortages);
}

/// <summary>What was done for a parcel or a return, or what kept it from being done.</summary>
internal sealed record KnownMove(IReadOnlyList<Allocation> Lines, IReadOnlyList<Shortage> Shortages, bool IsRefused);

/// <summary>A reservation as it was read, or as it will be once the batch has run.</summary>
internal sealed record KnownReservation(
    string State, IReadOnlyList<Allocation> Allocations, IReadOnlyList<Shortage> Shortages)
{
    /// <summary>What it takes of sales.</summary>
    public IReadOnlyList<Purchase> Purchases { get; init; } = [];

    /// <summary>Whether the order has anything of it, or has been sent it.</summary>
    public bool IsAlive => State is ReservationState.Held or ReservationState.Sold;

    /// <summary>Of what it takes of sales, that which was not shipped.</summary>
    public IReadOnlyList<Purchase> PurchasesLeft() =>
    [
        .. Purchases
            .Select(purchase => purchase with
            {
                Quantity = Allocations.Where(part => part.Sku == purchase.Sku).Sum(part => part.Quantity),
            })
            .Where(purchase => purchase.Quantity > 0),
    ];

    public KnownReservation AfterRelease() =>
        IsAlive
            ? this with { State = ReservationState.Released }
            : this;
}
