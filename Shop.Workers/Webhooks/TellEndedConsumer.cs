using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Webhooks;

internal sealed class TellEndedConsumer(NewsCollector news) : IGroupConsumer<OrderEnded>
{
    public Task Consume(MessageGroup<OrderEnded> group, CancellationToken cancellationToken) =>
        news.Collect(group, OrderNews.Of);
}
