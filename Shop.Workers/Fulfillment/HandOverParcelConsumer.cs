using MassTransit;
using Shop.Contracts.Fulfillment;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// A parcel is to leave. Of this and a cancellation exactly one succeeds, by the version of the order; then its part of the
/// payment is taken, and only then it has left.
/// </summary>
internal sealed partial class HandOverParcelConsumer(ParcelDesk desk, ILogger<HandOverParcelConsumer> logger)
    : IConsumer<HandOverParcel>
{
    public async Task Consume(ConsumeContext<HandOverParcel> context)
    {
        var parcelId = context.Message.ParcelId;
        if (await desk.OrderOf(parcelId) is not { } orderId)
        {
            LogNotReady(parcelId, "unknown");
            return;
        }

        var consignment = await desk.Open(orderId);
        var parcel = consignment.Parcel(parcelId);
        if (await ParcelDesk.HandOver(context, consignment, parcel)) desk.Save(consignment);
        else if (parcel.Capture == CaptureState.None) LogNotReady(parcelId, parcel.Status);
    }

    [LoggerMessage(LogLevel.Warning, "Parcel {ParcelId} is {Status}: it is not handed over.")]
    private partial void LogNotReady(Guid parcelId, string status);
}
