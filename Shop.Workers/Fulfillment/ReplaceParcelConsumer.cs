using MassTransit;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Messaging;

namespace Shop.Workers.Fulfillment;

/// <summary>Other warehouses send what a parcel should have brought, for the same money; unless the order was called off.</summary>
internal sealed class ReplaceParcelConsumer(UnitOfWork unit, ParcelDesk desk) : IConsumer<StockReallocated>
{
    public async Task Consume(ConsumeContext<StockReallocated> context)
    {
        var consignment = await desk.Open(context.Message.OrderId);
        var parcel = consignment.Parcel(context.Message.ParcelId);
        if (parcel.Status != ParcelStatus.Stopped) return;
        parcel.Status = ParcelStatus.Cancelled;
        consignment.Changed.Add(parcel);
        foreach (var other in ParcelSplit.Replace(parcel, context.Message.Allocations)) unit.Rows.InsertOnce(other);
        desk.Save(consignment);
    }
}
