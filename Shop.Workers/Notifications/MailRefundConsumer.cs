using Shop.Contracts.Returns;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Notifications;

internal sealed class MailRefundConsumer : IGroupConsumer<ReturnRefunded>
{
    public Task Consume(MessageGroup<ReturnRefunded> group, CancellationToken cancellationToken) =>
        MailCollector.Collect(group, Mail.Of);
}
