using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Webhooks;

internal sealed class TellShippedConsumer(NewsCollector news) : IGroupConsumer<OrderShipped>
{
    public Task Consume(MessageGroup<OrderShipped> group, CancellationToken cancellationToken) =>
        news.Collect(group, OrderNews.Of);
}
