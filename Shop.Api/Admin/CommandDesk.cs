using Shop.Api.Requests;
using Shop.Contracts;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Outbox;

namespace Shop.Api.Admin;

/// <summary>Hands a command over: it is durable when the request is answered, whatever else is away.</summary>
internal sealed class CommandDesk(
    MessageComposer composer, GroupCommitter<RequestsDbContext> committer, OutboxWriter<RequestsDbContext> outbox)
{
    /// <param name="command">What is asked for.</param>
    /// <param name="subject">What it is about: commands about the same leave the outbox in their order.</param>
    public async Task Accept<TCommand>(TCommand command, string subject)
        where TCommand : class, ICommand
    {
        var unit = new UnitOfWork();
        await composer.Send(unit, command, Guid.CreateVersion7(), MessageIds.Of(subject), CancellationToken.None);
        await committer.Commit(unit);
        outbox.DeliverLater(unit);
    }
}
