using MassTransit;
using Shop.Contracts.Payments;

namespace Shop.Workers.Fulfillment;

/// <summary>A parcel's part of the payment is taken: it has left. Captures that pay for no parcel are others'.</summary>
internal sealed class ShipCapturedParcelConsumer(ParcelDesk desk) : IConsumer<PaymentCaptured>
{
    public async Task Consume(ConsumeContext<PaymentCaptured> context)
    {
        if (await desk.OrderOf(context.Message.CaptureId) is not { } orderId) return;
        var consignment = await desk.Open(orderId);
        var parcel = consignment.Parcel(context.Message.CaptureId);
        if (parcel.Capture != CaptureState.Asked) return;
        await ParcelDesk.Leave(context, consignment, parcel);
        await ParcelDesk.CaptureNext(context, consignment);
        desk.Save(consignment);
    }
}
