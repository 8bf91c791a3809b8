using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Npgsql;
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

    private const int SerialsAtOnce = 100;

    private readonly ConcurrentQueue<long> _serials = new();

    public string Code => Name;

    public bool CanBeAsked => false;

    public async Task<Booking> Book(Shipment shipment, CancellationToken cancellationToken)
    {
        long serial;
        while (!_serials.TryDequeue(out serial)) await FetchSerials(cancellationToken);
        return new Booking.Booked(TrackingNumbers.Sscc(options.Value.Gs1Prefix, serial));
    }

    public Task<IReadOnlyList<TrackingNews>?> Track(string trackingNumber, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TrackingNews>?>([]);

    /// <summary>Those that a process dies with are left out: the numbers need not be without a gap.</summary>
    private async Task FetchSerials(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(
            "select nextval('fulfillment.sscc_serial') from generate_series(1, $1)");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = SerialsAtOnce });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) _serials.Enqueue(reader.GetInt64(0));
    }
}
