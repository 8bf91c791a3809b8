using MassTransit;
using Shop.Contracts;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;

namespace Shop.IntegrationTests.Messaging;

/// <summary>Writes a note on the plain path.</summary>
public sealed record WriteNote : ICommand
{
    public required Guid Id { get; init; }
    public string Text { get; init; } = "note";
}

/// <summary>Writes a note on the group path, each message for itself.</summary>
public sealed record CollectNote : ICommand
{
    public required Guid Id { get; init; }
    public string Text { get; init; } = "note";
}

/// <summary>Writes a note on the group path, all that came together as one set.</summary>
public sealed record GroupNote : ICommand
{
    public required Guid Id { get; init; }
    public string Text { get; init; } = "note";
}

public sealed record NoteWritten : IEvent
{
    public required Guid Id { get; init; }
    public string Text { get; init; } = "";
}

/// <summary>A command whose consumer is not there.</summary>
public sealed record TellNobody : ICommand
{
    public required Guid Id { get; init; }
}

/// <summary>Another.</summary>
public sealed record TellNoOne : ICommand
{
    public required Guid Id { get; init; }
}

internal sealed class WriteNoteConsumer(TestsDbContext database, Journal journal) : IConsumer<WriteNote>
{
    public async Task Consume(ConsumeContext<WriteNote> context)
    {
        var message = context.Message;
        database.Add(new Note { Id = message.Id, Text = message.Text });
        await context.Publish(new NoteWritten { Id = message.Id });
        await journal.AttemptAsync(message.Id, context.CancellationToken);
    }
}

internal sealed class CollectNoteConsumer(UnitOfWork unit, Journal journal) : IConsumer<CollectNote>
{
    public async Task Consume(ConsumeContext<CollectNote> context)
    {
        unit.Rows.InsertOnce(new Note { Id = context.Message.Id, Text = context.Message.Text });
        await context.Publish(new NoteWritten { Id = context.Message.Id });
        await journal.AttemptAsync(context.Message.Id, context.CancellationToken);
    }
}

internal sealed class GroupNoteConsumer(Journal journal) : IGroupConsumer<GroupNote>
{
    public async Task Consume(MessageGroup<GroupNote> group, CancellationToken cancellationToken)
    {
        foreach (var message in group.Messages)
        {
            message.Rows.InsertOnce(new Note { Id = message.Body.Id, Text = message.Body.Text });
            await message.Publish(new NoteWritten { Id = message.Body.Id, Text = "first" });
            await message.Publish(new NoteWritten { Id = message.Body.Id, Text = "second" });
        }

        foreach (var message in group.Messages) await journal.AttemptAsync(message.Body.Id, cancellationToken);
    }
}
