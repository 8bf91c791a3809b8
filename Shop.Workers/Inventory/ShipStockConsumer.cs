using Shop.Contracts.Inventory;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Inventory;

/// <summary>Takes what parcels bring off their shelves.</summary>
internal sealed class ShipStockConsumer(CurrentWarehouseMap maps) : IGroupConsumer<ShipStock>
{
    public Task Consume(MessageGroup<ShipStock> group, CancellationToken cancellationToken) =>
        new Stockroom(maps, group.Connection, transaction: null, group.Batch)
            .Ship([.. group.Messages.Select(message => message.Body)], cancellationToken);
}
