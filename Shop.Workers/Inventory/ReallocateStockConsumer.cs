using Shop.Contracts.Inventory;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Inventory;

/// <summary>Finds what a warehouse cannot ship at others.</summary>
internal sealed class ReallocateStockConsumer(CurrentWarehouseMap maps) : IGroupConsumer<ReallocateStock>
{
    public async Task Consume(MessageGroup<ReallocateStock> group, CancellationToken cancellationToken)
    {
        var stockroom = new Stockroom(maps, group.Connection, transaction: null, group.Batch);
        var outcomes = await stockroom.Reallocate([.. group.Messages.Select(message => message.Body)], cancellationToken);
        foreach (var (message, outcome) in group.Messages.Zip(outcomes))
        {
            var (orderId, parcelId) = (message.Body.OrderId, message.Body.ParcelId);
            if (outcome.IsReallocated)
                await message.Publish(new StockReallocated
                {
                    OrderId = orderId, ParcelId = parcelId, Allocations = outcome.Allocations,
                });
            else
                await message.Publish(new StockReallocationRejected
                {
                    OrderId = orderId, ParcelId = parcelId, Shortages = outcome.Shortages,
                });
        }
    }
}
