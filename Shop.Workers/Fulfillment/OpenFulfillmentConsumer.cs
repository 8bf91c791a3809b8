using MassTransit;
using Shop.Contracts.Orders;
using Shop.Messaging;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// Takes a confirmed order over for shipping, a parcel for each warehouse. An order that was called off before it came
/// stays called off: its parcels are cancelled instead of being labelled.
/// </summary>
internal sealed class OpenFulfillmentConsumer(UnitOfWork unit) : IConsumer<OrderConfirmed>
{
    public Task Consume(ConsumeContext<OrderConfirmed> context)
    {
        unit.Rows.InsertOnce(new FulfillmentOrder
        {
            OrderId = context.Message.OrderId,
            ShippingAddress = context.Message.ShippingAddress,
            ShippingMethod = context.Message.ShippingMethod,
            Allocations = context.Message.Allocations,
        });
        foreach (var parcel in ParcelSplit.Of(context.Message)) unit.Rows.InsertOnce(parcel);
        return Task.CompletedTask;
    }
}
