using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Notifications;

internal sealed class MailEndConsumer : IGroupConsumer<OrderEnded>
{
    public Task Consume(MessageGroup<OrderEnded> group, CancellationToken cancellationToken) =>
        MailCollector.Collect(group, Mail.Of);
}
