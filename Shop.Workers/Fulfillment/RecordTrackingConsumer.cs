using MassTransit;
using Shop.Contracts.Fulfillment;
using Shop.Messaging;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// Takes what a carrier told: the furthest counts, whatever comes late, twice or shuffled. What is told of a parcel that
/// nobody has handed over says that it has left all the same, and hands it over.
/// </summary>
internal sealed partial class RecordTrackingConsumer(
    UnitOfWork unit, ParcelDesk desk, ILogger<RecordTrackingConsumer> logger) : IConsumer<RecordTracking>
{
    public async Task Consume(ConsumeContext<RecordTracking> context)
    {
        var told = context.Message;
        if (await desk.Find(told.Carrier, told.TrackingNumber) is not var (parcelId, orderId))
        {
            LogStray(told.EventId, told.Carrier);
            return;
        }

        unit.Rows.InsertOnce(new TrackingEvent
        {
            Carrier = told.Carrier,
            EventId = told.EventId,
            TrackingNumber = told.TrackingNumber,
            Status = told.Status,
            At = told.At.ToUniversalTime(),
        });
        var consignment = await desk.Open(orderId);
        var parcel = consignment.Parcel(parcelId);
        if (!parcel.Hear(told.Status)) return;
        consignment.Changed.Add(parcel);
        if (parcel.Status == ParcelStatus.Cancelled) LogAstray(parcelId, orderId);
        else if (parcel.Status == ParcelStatus.Delivered) await ParcelDesk.TellIfDelivered(context, consignment);
        else await ParcelDesk.HandOver(context, consignment, parcel);
        desk.Save(consignment);
    }

    [LoggerMessage(LogLevel.Warning, "Event {EventId} of {Carrier} speaks of a parcel that is not ours.")]
    private partial void LogStray(string eventId, string carrier);

    [LoggerMessage(LogLevel.Error, "A carrier has parcel {ParcelId} of order {OrderId}, which was called off.")]
    private partial void LogAstray(Guid parcelId, Guid orderId);
}
