using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Notifications;

internal sealed class MailShipmentConsumer : IGroupConsumer<OrderShipped>
{
    public Task Consume(MessageGroup<OrderShipped> group, CancellationToken cancellationToken) =>
        MailCollector.Collect(group, Mail.Of);
}
