using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Reviews;

internal sealed class TakeBackPurchaseConsumer : IGroupConsumer<OrderEnded>
{
    public Task Consume(MessageGroup<OrderEnded> group, CancellationToken cancellationToken)
    {
        PurchaseWriter.TakeBack(group.Batch, group.Messages.Select(message => message.Body));
        return Task.CompletedTask;
    }
}
