using Microsoft.Extensions.Options;
using Shop.Contracts.Fulfillment;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// The shop's own vans: it books by itself, with an SSCC for each parcel, and needs no network. Its drivers tell what
/// becomes of a parcel by the same signed webhook as any carrier, so there is nobody to ask.
/// </summary>
internal sealed class OwnFleet(Database<FulfillmentDbContext> database, IOptions<FulfillmentOptions> options) : ICarrier
{
    public const string Name = "own-fleet";

    public string Code => Name;

    public bool CanBeAsked => false;

    public async Task<Booking> Book(Shipment shipment, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("select nextval('fulfillment.sscc_serial')");
        var serial = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        return new Booking.Booked(TrackingNumbers.Sscc(options.Value.Gs1Prefix, serial));
    }

    public Task<IReadOnlyList<TrackingNews>?> Track(string trackingNumber, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TrackingNews>?>([]);
}
