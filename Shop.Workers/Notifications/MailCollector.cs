using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Notifications;

/// <summary>Writes mails into the journal, those of a group at once. What is there already stays as it is.</summary>
internal static class MailCollector
{
    public static Task Collect<TEvent>(MessageGroup<TEvent> group, Func<TEvent, Mail> mailOf)
        where TEvent : class
    {
        foreach (var message in group.Messages)
        {
            // Messages of older hosts may not tell the address.
            if (mailOf(message.Body) is { Address.Length: > 0 } mail) message.Rows.InsertOnce(mail);
        }

        return Task.CompletedTask;
    }
}
