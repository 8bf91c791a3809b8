using Shop.Contracts.Inventory;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Inventory;

/// <summary>Reserves the stock of orders that arrive together, all lines of an order or none.</summary>
internal sealed class ReserveStockConsumer(CurrentWarehouseMap maps) : IGroupConsumer<ReserveStock>
{
    public async Task Consume(MessageGroup<ReserveStock> group, CancellationToken cancellationToken)
    {
        var stockroom = new Stockroom(maps, group.Connection, transaction: null, group.Batch);
        var outcomes = await stockroom.Reserve([.. group.Messages.Select(message => message.Body)], cancellationToken);
        foreach (var (message, outcome) in group.Messages.Zip(outcomes))
        {
            if (outcome.IsReserved)
                await message.Publish(new StockReserved { OrderId = outcome.OrderId, Allocations = outcome.Allocations });
            else
                await message.Publish(new StockRejected { OrderId = outcome.OrderId, Shortages = outcome.Shortages });
        }
    }
}
