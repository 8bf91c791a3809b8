using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Recommendations;

internal sealed class TakeBackBasketConsumer : IGroupConsumer<OrderEnded>
{
    public Task Consume(MessageGroup<OrderEnded> group, CancellationToken cancellationToken)
    {
        BasketWriter.TakeBack(group.Batch, group.Messages.Select(message => message.Body));
        return Task.CompletedTask;
    }
}
