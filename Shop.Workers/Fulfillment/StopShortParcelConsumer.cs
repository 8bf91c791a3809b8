using MassTransit;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;

namespace Shop.Workers.Fulfillment;

/// <summary>No warehouse has what a parcel should have brought: people see it.</summary>
internal sealed class StopShortParcelConsumer(ParcelDesk desk) : IConsumer<StockReallocationRejected>
{
    public async Task Consume(ConsumeContext<StockReallocationRejected> context)
    {
        var consignment = await desk.Open(context.Message.OrderId);
        var parcel = consignment.Parcel(context.Message.ParcelId);
        if (parcel is not { Status: ParcelStatus.Stopped, Capture: CaptureState.None }) return;
        var missing = string.Join(", ", context.Message.Shortages.Select(line => $"{line.Requested} × {line.Sku}"));
        await ParcelDesk.Stop(context, consignment, parcel,
            $"{parcel.Reason}; no other warehouse has it{(missing.Length > 0 ? ": " + missing : "")}");
        desk.Save(consignment);
    }
}
