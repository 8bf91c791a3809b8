using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Reviews;

internal sealed class RecordPurchaseConsumer : IGroupConsumer<OrderConfirmed>
{
    public Task Consume(MessageGroup<OrderConfirmed> group, CancellationToken cancellationToken)
    {
        PurchaseWriter.Record(group.Batch, group.Messages.Select(message => message.Body));
        return Task.CompletedTask;
    }
}
