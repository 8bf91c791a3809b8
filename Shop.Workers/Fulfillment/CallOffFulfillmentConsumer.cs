using MassTransit;
using Shop.Contracts.Orders;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Fulfillment;

/// <summary>Calls off an order that ended after it had been confirmed, also one that has not come yet.</summary>
internal sealed class CallOffFulfillmentConsumer(UnitOfWork unit, RowLoader<FulfillmentOrder, FulfillmentDbContext> orders)
    : IConsumer<OrderEnded>
{
    public async Task Consume(ConsumeContext<OrderEnded> context)
    {
        if (!context.Message.WasConfirmed) return;
        if (await orders.Load(context.Message.OrderId) is { } order)
        {
            if (order.Cancelled) return;
            order.Cancelled = true;
            unit.Rows.Update(order);
        }
        else
        {
            unit.Rows.Insert(FulfillmentOrder.CalledOff(context.Message.OrderId));
        }
    }
}
