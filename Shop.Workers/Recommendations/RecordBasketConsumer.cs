using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Recommendations;

internal sealed class RecordBasketConsumer : IGroupConsumer<OrderConfirmed>
{
    public Task Consume(MessageGroup<OrderConfirmed> group, CancellationToken cancellationToken)
    {
        BasketWriter.Record(group.Batch, group.Messages.Select(message => message.Body));
        return Task.CompletedTask;
    }
}
