using Shop.Contracts;

namespace Shop.Workers.Fulfillment;

/// <summary>Brings parcels. Its webhooks come in through the API, which verifies them.</summary>
internal interface ICarrier
{
    /// <summary>What parcels name it by.</summary>
    string Code { get; }

    /// <summary>Whether <see cref="Track"/> has anything to tell.</summary>
    bool CanBeAsked { get; }

    /// <summary>Announces something to carry. Repeated with the same reference, it is the same booking.</summary>
    Task<Booking> Book(Shipment shipment, CancellationToken cancellationToken);

    /// <summary>What became of a parcel so far, in any order; null if it does not say.</summary>
    Task<IReadOnlyList<TrackingNews>?> Track(string trackingNumber, CancellationToken cancellationToken);
}

/// <summary>Something to carry between a warehouse and an address.</summary>
/// <param name="Reference">Ours: the parcel or the return.</param>
/// <param name="Warehouse">The code of the warehouse.</param>
/// <param name="Address">The customer's.</param>
/// <param name="Method">How fast: the order's shipping method.</param>
/// <param name="IsReturn">Whether it goes from the customer to the warehouse.</param>
internal sealed record Shipment(Guid Reference, string Warehouse, Address Address, string Method, bool IsReturn);

/// <summary>What came of booking a carrier.</summary>
internal abstract record Booking
{
    /// <summary>A number by one of the standards of <see cref="Contracts.Fulfillment.TrackingNumbers"/>.</summary>
    public sealed record Booked(string TrackingNumber) : Booking;

    /// <summary>It will not carry this.</summary>
    public sealed record Refused(string Reason) : Booking;

    /// <summary>It did not say. Asking again does no harm.</summary>
    public sealed record Unknown(string Reason) : Booking;
}

/// <summary>One thing that a carrier tells of a parcel.</summary>
/// <param name="EventId">The carrier's.</param>
/// <param name="Status">One of the words of <see cref="Contracts.Fulfillment.ParcelStatus"/>.</param>
/// <param name="At">By the carrier's clock.</param>
internal sealed record TrackingNews(string EventId, string Status, DateTimeOffset At);

/// <summary>The carriers that parcels may have been given to, and the one that gets the next.</summary>
internal sealed class Carriers(ICarrier next, IEnumerable<ICarrier> all)
{
    private readonly Dictionary<string, ICarrier> _byCode = all.ToDictionary(carrier => carrier.Code, StringComparer.Ordinal);

    public ICarrier Next { get; } = next;

    public string[] Askable => [.. _byCode.Values.Where(carrier => carrier.CanBeAsked).Select(carrier => carrier.Code)];

    public ICarrier Of(string code) => _byCode[code];
}
