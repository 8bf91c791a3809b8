using MassTransit;
using Shop.Contracts.Payments;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// A parcel's part of the payment cannot be taken: it stays, and people see it. If nothing else of its order has left, the
/// order can be called off again.
/// </summary>
internal sealed class StopUnpaidParcelConsumer(ParcelDesk desk) : IConsumer<PaymentCaptureFailed>
{
    public async Task Consume(ConsumeContext<PaymentCaptureFailed> context)
    {
        if (await desk.OrderOf(context.Message.CaptureId) is not { } orderId) return;
        var consignment = await desk.Open(orderId);
        var parcel = consignment.Parcel(context.Message.CaptureId);
        if (parcel.Capture != CaptureState.Asked) return;
        parcel.Capture = CaptureState.Refused;
        await ParcelDesk.Stop(context, consignment, parcel, $"its payment was not taken: {context.Message.Reason}");
        await ParcelDesk.CaptureNext(context, consignment);
        consignment.Order.HandedOver = consignment.Parcels.Any(other =>
            other.Capture is CaptureState.Waiting or CaptureState.Asked or CaptureState.Taken);
        desk.Save(consignment);
    }
}
