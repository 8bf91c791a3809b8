using Shop.Messaging;
using Xunit;

namespace Shop.IntegrationTests.Messaging;

/// <summary>What takes a host of its own: its databases go away, or it stops.</summary>
public sealed class OutageTests(MessagingHost host) : IClassFixture<MessagingHost>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The host cannot stop in order without its databases.</summary>
    public ValueTask DisposeAsync()
    {
        host.DatabaseWire.Mend();
        host.MessagingWire.Mend();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task With_the_dead_letters_out_of_reach_a_message_that_is_given_up_on_waits_and_is_parked()
    {
        var note = Guid.NewGuid();
        host.Journal.FailNext(note);
        host.MessagingWire.Cut();

        await host.Send(new WriteNote { Id = note });
        await GiveUp(note);
        host.MessagingWire.Mend();

        await Waiting.Until(async () => (await host.Letters(note)).Count == 1);
    }

    [Fact]
    public async Task A_message_that_the_dead_letters_refuse_moves_to_the_error_queue()
    {
        var note = Guid.NewGuid();
        host.Journal.FailNext(note);
        await host.RunOnPark("alter table messaging.dead_letter rename to away");
        try
        {
            await host.Send(new WriteNote { Id = note });
            await GiveUp(note);

            await Waiting.Until(async () =>
                await host.Broker.Count(QueueNames.OfCommand(typeof(WriteNote)) + "_error") == 1);
        }
        finally
        {
            await host.RunOnPark("alter table messaging.away rename to dead_letter");
        }
    }

    [Fact]
    public async Task Messages_wait_for_a_database_that_is_away_and_are_handled_when_it_is_back()
    {
        var notes = Enumerable.Range(0, 60).Select(_ => Guid.NewGuid()).ToArray();
        host.DatabaseWire.Cut();
        await Task.WhenAll(notes.Select((note, index) => (index % 3) switch
        {
            0 => host.Send(new WriteNote { Id = note }),
            1 => host.Send(new CollectNote { Id = note }),
            _ => host.Send(new GroupNote { Id = note }),
        }));

        // Longer than the attempts of their kind last.
        await Waiting.Until(() => host.Journal.Attempts(notes[1]) > MessagingHost.Swift.Retries.Count + 1);
        host.DatabaseWire.Mend();

        await Waiting.Until(async () =>
            await host.Read<long>("select count(*) from tests.note where id = any($1)", notes) == notes.Length);
        Assert.DoesNotContain(await host.Park.List(TestContext.Current.CancellationToken), letter =>
            notes.Any(note => System.Text.Encoding.UTF8.GetString(letter.Body).Contains($"{note}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_message_whose_host_stops_is_handled_by_the_next_one()
    {
        var note = Guid.NewGuid();
        var gate = host.Journal.Hold(note);
        await host.Send(new WriteNote { Id = note });
        await gate.Reached.Task.WaitAsync(TestContext.Current.CancellationToken);

        await host.Stop();
        await host.Start();

        await Waiting.Until(async () => await host.Read<long>("select count(*) from tests.note where id = $1", note) == 1);
        Assert.Empty(await host.Letters(note));
    }

    /// <summary>Redelivery stands in the context's own database, and goes on.</summary>
    private Task GiveUp(Guid note) => Waiting.Until(async () =>
    {
        await host.Dispatcher.DispatchTimers(TestContext.Current.CancellationToken);
        return host.Journal.Attempts(note) == MessagingHost.AllAttempts;
    });
}
