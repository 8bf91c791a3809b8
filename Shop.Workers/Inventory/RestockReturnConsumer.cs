using Shop.Contracts.Inventory;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Inventory;

/// <summary>Puts goods that came back into stock again.</summary>
internal sealed class RestockReturnConsumer(CurrentWarehouseMap maps) : IGroupConsumer<RestockReturn>
{
    public async Task Consume(MessageGroup<RestockReturn> group, CancellationToken cancellationToken)
    {
        var stockroom = new Stockroom(maps, group.Connection, transaction: null, group.Batch);
        await stockroom.TakeBack([.. group.Messages.Select(message => message.Body)], cancellationToken);
        foreach (var message in group.Messages)
            await message.Publish(new ReturnRestocked
            {
                OrderId = message.Body.OrderId, ReturnId = message.Body.ReturnId,
            });
    }
}
