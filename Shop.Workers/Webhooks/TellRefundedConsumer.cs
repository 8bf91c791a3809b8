using Shop.Contracts.Returns;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Webhooks;

internal sealed class TellRefundedConsumer(NewsCollector news) : IGroupConsumer<ReturnRefunded>
{
    public Task Consume(MessageGroup<ReturnRefunded> group, CancellationToken cancellationToken) =>
        news.Collect(group, OrderNews.Of);
}
