using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>
/// Reserved with allocations, or else rejected with what fell short; without shortages if the order was released.
/// </summary>
internal sealed record ReserveOutcome(
    Guid OrderId, IReadOnlyList<Allocation> Allocations, IReadOnlyList<Shortage> Shortages)
{
    public bool IsReserved => Allocations.Count > 0;

    public static ReserveOutcome Of(Guid order, KnownReservation reservation) => reservation.State switch
    {
        ReservationState.Held or ReservationState.Sold => new(order, reservation.Allocations, []),
        _ => new(order, [], reservation.Shortages),
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

/// <summary>A reservation as it was read, or as it will be once the batch has run.</summary>
internal sealed record KnownReservation(
    string State, IReadOnlyList<Allocation> Allocations, IReadOnlyList<Shortage> Shortages)
{
    public KnownReservation AfterRelease() =>
        State is ReservationState.Held or ReservationState.Sold
            ? this with { State = ReservationState.Released }
            : this;
}
