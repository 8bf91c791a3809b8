using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Webhooks;

internal sealed class TellConfirmedConsumer(NewsCollector news) : IGroupConsumer<OrderConfirmed>
{
    public Task Consume(MessageGroup<OrderConfirmed> group, CancellationToken cancellationToken) =>
        news.Collect(group, OrderNews.Of);
}
