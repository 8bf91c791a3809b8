using Microsoft.Extensions.DependencyInjection;
using Shop.Messaging;
using Shop.Messaging.Outbox;
using Xunit;

namespace Shop.IntegrationTests.Messaging;

/// <summary>Messages that were committed and not published, as a process leaves them that dies between the two.</summary>
[Collection(MessagingTests.Name)]
public sealed class OutboxTests(MessagingHost host)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_dead_process_left_is_published_in_order_of_its_source_and_deleted()
    {
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        var heard = await host.Listen<NoteWritten>();
        var unit = new UnitOfWork();
        for (var number = 0; number < 20; number++)
            foreach (var source in new[] { one, other })
                await Compose(unit, new NoteWritten { Id = source, Text = $"{number:00}" }, source);

        await Leave(unit);

        await Waiting.Until(async () => await host.OutboxRowsOf(one) + await host.OutboxRowsOf(other) == 0);
        await Waiting.Until(() => heard.Of(one).Count >= 20 && heard.Of(other).Count >= 20);
        foreach (var source in new[] { one, other })
            Assert.Equal(unit.Outgoing.Where(message => message.Source == source).Select(message => message.MessageId),
                heard.Of(source).Select(message => message.MessageId));
    }

    [Fact]
    public async Task A_message_whose_process_may_still_publish_it_is_left_alone()
    {
        var source = Guid.NewGuid();
        var unit = new UnitOfWork();
        await Compose(unit, new NoteWritten { Id = source }, source);
        await Leave(unit, due: false);

        await host.Dispatcher.SweepOutbox(Token);

        Assert.Equal(1, await host.OutboxRowsOf(source));
    }

    [Fact]
    public async Task Two_sweeps_at_once_publish_each_message_once()
    {
        var source = Guid.NewGuid();
        var heard = await host.Listen<NoteWritten>();
        var unit = new UnitOfWork();
        for (var number = 0; number < 300; number++)
            await Compose(unit, new NoteWritten { Id = source, Text = $"{number}" }, Guid.NewGuid());
        await Leave(unit);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => host.Dispatcher.SweepOutbox(Token), Token)));

        await Waiting.Until(async () => await host.OutboxRowsOf(source) == 0 && heard.Of(source).Count >= 300);
        Assert.Equal(300, heard.Of(source).Count);
    }

    [Fact]
    public async Task A_command_without_a_queue_stays_with_the_error_and_the_attempts()
    {
        var source = Guid.NewGuid();
        var unit = new UnitOfWork();
        await Services<MessageComposer>().Send(unit, new TellNoOne { Id = source }, Guid.NewGuid(), source, Token);
        await Leave(unit);

        await Waiting.Until(() => host.Read<bool>("""
            select exists (select 1 from tests.outbox_message
                where source = $1 and attempts >= 1 and last_error <> '' and due_at > now() + interval '5 seconds')
            """, source));
    }

    [Fact]
    public async Task A_command_without_a_queue_is_delivered_once_the_queue_is_there()
    {
        var source = Guid.NewGuid();
        var unit = new UnitOfWork();
        await Services<MessageComposer>().Send(unit, new TellNobody { Id = source }, Guid.NewGuid(), source, Token);
        await Leave(unit);
        await Waiting.Until(() => host.Read<bool>(
            "select exists (select 1 from tests.outbox_message where source = $1 and last_error <> '')", source));

        var heard = await host.Broker.Listen(QueueNames.OfCommand(typeof(TellNobody)));
        await host.Run("update tests.outbox_message set due_at = now() where source = $1", source);

        await Waiting.Until(async () => heard.Of(source).Count == 1 && await host.OutboxRowsOf(source) == 0);
    }

    [Fact]
    public async Task What_a_source_wrote_after_a_message_that_fails_waits_behind_it()
    {
        var source = Guid.NewGuid();
        var heard = await host.Listen<NoteWritten>();
        var unit = new UnitOfWork();
        await Services<MessageComposer>().Send(unit, new TellNoOne { Id = source }, Guid.NewGuid(), source, Token);
        await Compose(unit, new NoteWritten { Id = source }, source);

        await Leave(unit);

        await Waiting.Until(() => host.Read<bool>("""
            select count(*) = 2 and min(due_at) > now() + interval '5 seconds' and count(last_error) = 1
            from tests.outbox_message where source = $1
            """, source));
        Assert.Empty(heard.Of(source));
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_delivery_loses_nothing()
    {
        var (note, message) = (Guid.NewGuid(), Guid.NewGuid());
        var heard = await host.Listen<NoteWritten>();
        var gate = host.Journal.Hold(note);
        await host.Send(new WriteNote { Id = note }, message);
        await gate.Reached.Task.WaitAsync(Token);

        // The broker gives the message to the next connection, too: it was not acknowledged.
        await Waiting.Until(async () => await host.Broker.CutConnections() > 0);
        gate.Opened.SetResult();

        await Waiting.Until(async () =>
        {
            await host.Run("update tests.outbox_message set due_at = now() where attempts = 0 and source = $1", message);
            return heard.Of(note).Count > 0 && await host.OutboxRowsOf(note) == 0;
        });
        Assert.Equal(1, await host.Read<long>("select count(*) from tests.note where id = $1", note));
        Assert.Single(heard.Of(note).Select(event_ => event_.MessageId).Distinct());
        Assert.Empty(await host.Letters(note));
    }

    private Task Compose(UnitOfWork unit, NoteWritten message, Guid source) =>
        Services<MessageComposer>().Publish(unit, message, Guid.NewGuid(), source, Token);

    /// <summary>Commits what the unit sends, as if the owner's lease had run out.</summary>
    private async Task Leave(UnitOfWork unit, bool due = true)
    {
        await using var connection = await host.Source.OpenConnectionAsync(Token);
        await using var batch = connection.CreateBatch();
        Services<OutboxWriter<TestsDbContext>>().Append(batch, unit);
        if (due)
            batch.Add("update tests.outbox_message set due_at = now() where message_id = any($1)",
                new Npgsql.NpgsqlParameter { Value = unit.Outgoing.Select(message => message.MessageId).ToArray() });
        await batch.ExecuteNonQueryAsync(Token);
    }

    private T Services<T>()
        where T : notnull => host.Services.GetRequiredService<T>();
}
