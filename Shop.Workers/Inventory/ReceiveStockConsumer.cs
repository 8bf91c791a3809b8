using Shop.Contracts.Inventory;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Inventory;

/// <summary>Takes goods in. A receipt that is repeated changes nothing.</summary>
internal sealed partial class ReceiveStockConsumer(CurrentWarehouseMap maps, ILogger<ReceiveStockConsumer> logger)
    : IGroupConsumer<ReceiveStock>
{
    public async Task Consume(MessageGroup<ReceiveStock> group, CancellationToken cancellationToken)
    {
        var stockroom = new Stockroom(maps, group.Connection, transaction: null, group.Batch);
        var outcomes = await stockroom.Receive([.. group.Messages.Select(message => message.Body)], cancellationToken);
        foreach (var (message, outcome) in group.Messages.Zip(outcomes))
            if (outcome == ReceiveOutcome.Refused)
                LogRefused(message.Body.Reference, message.Body.Quantity, message.Body.Sku, message.Body.Warehouse);
    }

    [LoggerMessage(LogLevel.Warning, "Receipt {Reference} of {Quantity} × {Sku} at {Warehouse} is refused.")]
    private partial void LogRefused(string reference, int quantity, string sku, string warehouse);
}
