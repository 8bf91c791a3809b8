using MassTransit;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Messaging;

namespace Shop.Workers.Fulfillment;

/// <summary>Keeps a parcel back that its warehouse cannot send, and has its goods looked for elsewhere.</summary>
internal sealed partial class ReportParcelUnshippableConsumer(
    ParcelDesk desk, ILogger<ReportParcelUnshippableConsumer> logger) : IConsumer<ReportParcelUnshippable>
{
    public async Task Consume(ConsumeContext<ReportParcelUnshippable> context)
    {
        var (parcelId, reason) = (context.Message.ParcelId, context.Message.Reason);
        if (await desk.OrderOf(parcelId) is not { } orderId) return;
        var consignment = await desk.Open(orderId);
        var parcel = consignment.Parcel(parcelId);
        if (consignment.Order.Cancelled || !parcel.IsHere || parcel.Capture != CaptureState.None)
        {
            LogTooLate(parcelId, parcel.Status);
            return;
        }

        parcel.Status = ParcelStatus.Stopped;
        parcel.Reason = reason;
        consignment.Changed.Add(parcel);
        desk.Save(consignment);
        await context.Send(QueueNames.AddressOf(typeof(ReallocateStock)), new ReallocateStock
        {
            OrderId = orderId,
            ParcelId = parcelId,
            Warehouse = parcel.Warehouse,
            Lines = parcel.Goods,
            ShipTo = consignment.Order.ShippingAddress,
            Reason = reason,
        });
    }

    [LoggerMessage(LogLevel.Warning, "Parcel {ParcelId} is {Status}: that it cannot be shipped comes too late.")]
    private partial void LogTooLate(Guid parcelId, string status);
}
