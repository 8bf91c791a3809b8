using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// Takes a confirmed order over for shipping, a parcel for each warehouse. An order that was called off before it came
/// stays called off: its parcels are cancelled instead of being labelled.
/// </summary>
internal sealed class OpenFulfillmentConsumer : IGroupConsumer<OrderConfirmed>
{
    public Task Consume(MessageGroup<OrderConfirmed> group, CancellationToken cancellationToken)
    {
        foreach (var message in group.Messages)
        {
            message.Rows.InsertOnce(new FulfillmentOrder
            {
                OrderId = message.Body.OrderId,
                ShippingAddress = message.Body.ShippingAddress,
                ShippingMethod = message.Body.ShippingMethod,
                Allocations = message.Body.Allocations,
            });
            foreach (var parcel in ParcelSplit.Of(message.Body)) message.Rows.InsertOnce(parcel);
        }

        return Task.CompletedTask;
    }
}
