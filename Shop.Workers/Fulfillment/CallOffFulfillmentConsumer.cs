using MassTransit;
using Shop.Contracts.Orders;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// Calls off an order that ended after it had been confirmed, also one that has not come yet. A parcel that has left
/// cannot be called back: that its order ended all the same is for people to see.
/// </summary>
internal sealed partial class CallOffFulfillmentConsumer(
    UnitOfWork unit,
    RowLoader<FulfillmentOrder, FulfillmentDbContext> orders,
    ParcelDesk desk,
    ILogger<CallOffFulfillmentConsumer> logger)
    : IConsumer<OrderEnded>
{
    public async Task Consume(ConsumeContext<OrderEnded> context)
    {
        if (!context.Message.WasConfirmed) return;
        if (await orders.Load(context.Message.OrderId) is { } order)
        {
            if (order.CallOff())
            {
                unit.Rows.Update(order);
                await desk.CallOff(order.OrderId);
            }
            else if (order.HandedOver) LogGone(order.OrderId, context.Message.Status, context.Message.Reason);
        }
        else
        {
            unit.Rows.Insert(FulfillmentOrder.CalledOff(context.Message.OrderId));
        }
    }

    [LoggerMessage(LogLevel.Warning,
        "Order {OrderId} ended as {Status} ({Reason}) after a carrier had taken it: its parcel is not called off.")]
    private partial void LogGone(Guid orderId, string status, string reason);
}
