using Shop.Contracts.Inventory;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Inventory;

/// <summary>Gives back what orders hold, or have bought and not been sent.</summary>
internal sealed class ReleaseStockConsumer(CurrentWarehouseMap maps) : IGroupConsumer<ReleaseStock>
{
    public Task Consume(MessageGroup<ReleaseStock> group, CancellationToken cancellationToken) =>
        new Stockroom(maps, group.Connection, transaction: null, group.Batch)
            .Release([.. group.Messages.Select(message => message.Body)], cancellationToken);
}
