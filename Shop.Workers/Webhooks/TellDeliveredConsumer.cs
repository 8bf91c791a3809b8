using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Webhooks;

internal sealed class TellDeliveredConsumer(NewsCollector news) : IGroupConsumer<OrderDelivered>
{
    public Task Consume(MessageGroup<OrderDelivered> group, CancellationToken cancellationToken) =>
        news.Collect(group, OrderNews.Of);
}
