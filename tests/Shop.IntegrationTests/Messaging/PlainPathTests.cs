using Shop.Messaging;
using Xunit;

namespace Shop.IntegrationTests.Messaging;

[Collection(MessagingTests.Name)]
public sealed class PlainPathTests(MessagingHost host)
{
    [Fact]
    public async Task The_rows_the_outgoing_message_and_the_inbox_mark_of_a_message_commit_together()
    {
        var (note, message) = (Guid.NewGuid(), Guid.NewGuid());

        await using (await host.Lock("tests.outbox_message"))
        {
            await host.Send(new WriteNote { Id = note }, message);
            await Waiting.Until(() => host.Read<bool>("""
                select exists (select 1 from pg_stat_activity
                    where wait_event_type = 'Lock' and query like '%insert into%outbox_message%' and pid <> pg_backend_pid())
                """));
            Assert.Equal((0, 0), await Written());
        }

        await Waiting.Until(async () => await Written() == (1, 1));

        async Task<(long Notes, long Marks)> Written() => (
            await host.Read<long>("select count(*) from tests.note where id = $1", note),
            await host.Read<long>("select count(*) from tests.inbox_message where message_id = $1", message));
    }

    [Fact]
    public async Task A_consumer_that_throws_leaves_neither_rows_nor_messages_nor_a_mark()
    {
        var (note, message) = (Guid.NewGuid(), Guid.NewGuid());
        var heard = await host.Listen<NoteWritten>();
        host.Journal.FailNext(note);

        await host.Send(new WriteNote { Id = note }, message);

        await Waiting.Until(async () => (await host.Letters(note)).Count == 1);
        Assert.Equal(0, await host.Read<long>("select count(*) from tests.note where id = $1", note));
        Assert.Equal(0, await host.Read<long>("select count(*) from tests.inbox_message where message_id = $1", message));
        Assert.Equal(0, await host.OutboxRowsOf(note));
        Assert.Empty(heard.Of(note));
    }

    [Fact]
    public async Task A_message_delivered_three_times_is_handled_once()
    {
        var (note, message) = (Guid.NewGuid(), Guid.NewGuid());

        for (var delivery = 0; delivery < 3; delivery++) await host.Send(new WriteNote { Id = note }, message);

        await Waiting.Until(() => host.Journal.Received(message) == 3);
        Assert.Equal(1, host.Journal.Attempts(note));
    }

    [Fact]
    public async Task A_repeated_delivery_is_neither_skipped_nor_parked()
    {
        var (note, message) = (Guid.NewGuid(), Guid.NewGuid());

        for (var delivery = 0; delivery < 3; delivery++) await host.Send(new WriteNote { Id = note }, message);

        await Waiting.Until(() => host.Journal.Received(message) == 3);
        Assert.Empty(await host.Letters(note));
        Assert.True(await host.Broker.Count(QueueNames.OfCommand(typeof(WriteNote)) + "_skipped") is null or 0);
    }

    [Fact]
    public async Task A_retried_message_sends_once_what_its_last_attempt_sent()
    {
        var note = Guid.NewGuid();
        var heard = await host.Listen<NoteWritten>();
        host.Journal.FailNext(note, times: 2);

        await host.Send(new WriteNote { Id = note });

        await Waiting.Until(async () => heard.Of(note).Count > 0 && await host.OutboxRowsOf(note) == 0);
        Assert.Equal(3, host.Journal.Attempts(note));
        Assert.Single(heard.Of(note));
    }

    [Fact]
    public async Task A_context_that_failed_hands_nothing_on_to_the_next_message()
    {
        // More failures than the pool holds contexts at once, each with a row of its own noted and not saved.
        var failing = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToList();
        foreach (var note in failing) host.Journal.FailNext(note);
        foreach (var note in failing) await host.Send(new WriteNote { Id = note });
        var good = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToList();
        foreach (var note in good) await host.Send(new WriteNote { Id = note });

        await Waiting.Until(() => failing.All(note => host.Journal.Attempts(note) == MessagingHost.AllAttempts));
        await Waiting.Until(async () =>
            await host.Read<long>("select count(*) from tests.note where id = any($1)", good.ToArray()) == good.Count);
        Assert.Equal(0, await host.Read<long>("select count(*) from tests.note where id = any($1)", failing.ToArray()));
    }

    [Fact]
    public async Task Delivery_after_the_commit_empties_the_outbox()
    {
        var note = Guid.NewGuid();
        var heard = await host.Listen<NoteWritten>();

        await host.Send(new WriteNote { Id = note });

        await Waiting.Until(() => heard.Of(note).Count == 1);
        await Waiting.Until(async () => await host.OutboxRowsOf(note) == 0);
    }
}
