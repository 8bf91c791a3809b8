using Shop.Contracts.Inventory;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Inventory;

/// <summary>Turns holds into sales. Only a sale whose hold is lost is answered.</summary>
internal sealed class SellStockConsumer(CurrentWarehouseMap maps) : IGroupConsumer<SellStock>
{
    public async Task Consume(MessageGroup<SellStock> group, CancellationToken cancellationToken)
    {
        var stockroom = new Stockroom(maps, group.Connection, transaction: null, group.Batch);
        var outcomes = await stockroom.Sell([.. group.Messages.Select(message => message.Body)], cancellationToken);
        foreach (var (message, outcome) in group.Messages.Zip(outcomes))
            if (outcome == SellOutcome.Rejected)
                await message.Publish(new StockSaleRejected { OrderId = message.Body.OrderId });
    }
}
