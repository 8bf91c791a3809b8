using MassTransit;
using Shop.Contracts.Fulfillment;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// Decides whether an order can still be stopped. Handing it over asserts the same row's version, so that of a parcel
/// that leaves and a cancellation that arrives exactly one succeeds.
/// </summary>
internal sealed class StopFulfillmentConsumer(
    UnitOfWork unit, RowLoader<FulfillmentOrder, FulfillmentDbContext> orders, ParcelDesk desk) : IConsumer<StopFulfillment>
{
    public async Task Consume(ConsumeContext<StopFulfillment> context)
    {
        var orderId = context.Message.OrderId;
        var order = await orders.Load(orderId);
        if (order is { HandedOver: true })
        {
            await context.Publish(new FulfillmentStopRejected { OrderId = orderId });
            return;
        }

        if (order is null)
        {
            unit.Rows.Insert(FulfillmentOrder.CalledOff(orderId));
        }
        else if (order.CallOff())
        {
            unit.Rows.Update(order);
            await desk.CallOff(orderId);
        }

        await context.Publish(new FulfillmentStopped { OrderId = orderId });
    }
}
