using Shop.Contracts.Orders;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Notifications;

internal sealed class MailConfirmationConsumer : IGroupConsumer<OrderConfirmed>
{
    public Task Consume(MessageGroup<OrderConfirmed> group, CancellationToken cancellationToken) =>
        MailCollector.Collect(group, Mail.Of);
}
