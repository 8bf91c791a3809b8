using MassTransit;
using Shop.Contracts.Orders;
using Shop.Messaging;

namespace Shop.Workers.Fulfillment;

/// <summary>Takes a confirmed order over for shipping. An order that was called off before it came stays called off.</summary>
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
        return Task.CompletedTask;
    }
}
