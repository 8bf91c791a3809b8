using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Notifications;

internal sealed class MailDeliveryConsumer : IGroupConsumer<OrderDelivered>
{
    public Task Consume(MessageGroup<OrderDelivered> group, CancellationToken cancellationToken) =>
        MailCollector.Collect(group, Mail.Of);
}
