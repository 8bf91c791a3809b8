using System.Text;
using Shop.Messaging;
using Shop.Messaging.DeadLetters;
using Xunit;

namespace Shop.IntegrationTests.Messaging;

[Collection(MessagingTests.Name)]
public sealed class DeadLetterTests(MessagingHost host)
{
    private static readonly string Queue = QueueNames.OfCommand(typeof(WriteNote));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_that_always_fails_is_tried_and_redelivered_as_often_as_its_kind_says_and_parked_once()
    {
        var note = Guid.NewGuid();

        var letter = await Parked(note);

        Assert.Equal(MessagingHost.AllAttempts, host.Journal.Attempts(note));
        Assert.Equal((Queue, typeof(TestFaultException).FullName), (letter.Queue, letter.Fault));
    }

    [Fact]
    public async Task A_message_replayed_after_the_fix_is_handled()
    {
        var note = Guid.NewGuid();
        var letter = await Parked(note);
        host.Journal.FailNext(note, times: 0);

        Assert.True(await host.Park.Replay(letter.Id, Token));

        await Waiting.Until(async () => await Notes(note) == 1);
        Assert.Equal(DeadLetterState.Replayed, (await host.Letters(note)).Single().State);
    }

    [Fact]
    public async Task A_message_replayed_twice_is_handled_once()
    {
        var note = Guid.NewGuid();
        var letter = await Parked(note);
        var redelivered = letter.MessageId!.Value;
        host.Journal.FailNext(note, times: 0);
        await Waiting.Until(() => host.Journal.Received(redelivered) == 1);

        Assert.True(await host.Park.Replay(letter.Id, Token));
        Assert.True(await host.Park.Replay(letter.Id, Token));

        await Waiting.Until(() => host.Journal.Received(redelivered) == 3);
        Assert.Equal(MessagingHost.AllAttempts + 1, host.Journal.Attempts(note));
        Assert.Single(await host.Letters(note));
    }

    [Fact]
    public async Task A_message_replayed_before_the_fix_is_parked_again()
    {
        var note = Guid.NewGuid();
        var letter = await Parked(note);

        await host.Park.Replay(letter.Id, Token);

        await Waiting.Until(async () =>
            (await host.Letters(note)).Count(other => other.State == DeadLetterState.Parked) == 1);
    }

    [Fact]
    public async Task A_discarded_letter_leaves_the_list_and_is_not_replayed()
    {
        var letter = await Parked(Guid.NewGuid());

        Assert.True(await host.Park.Discard(letter.Id, Token));

        Assert.DoesNotContain(await host.Park.List(Token), listed => listed.Id == letter.Id);
        Assert.False(await host.Park.Replay(letter.Id, Token));
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_is_parked()
    {
        var id = Guid.NewGuid();

        await host.Broker.Send(Queue, "application/vnd.masstransit+json", Encoding.UTF8.GetBytes($"{{ \"{id}\": no envelope"));

        await Waiting.Until(async () => (await host.Letters(id)).Count == 1);
        Assert.Equal("", (await host.Letters(id)).Single().MessageType);
    }

    [Fact]
    public async Task A_body_of_an_unknown_content_type_is_parked()
    {
        var id = Guid.NewGuid();

        await host.Broker.Send(Queue, "text/plain", Encoding.UTF8.GetBytes($"hello {id}"));

        await Waiting.Until(async () => (await host.Letters(id)).Count == 1);
    }

    [Fact]
    public async Task A_message_that_nobody_on_its_queue_takes_is_parked_as_unconsumed()
    {
        var id = Guid.NewGuid();

        await host.SendTo(Queue, new TellNobody { Id = id });

        await Waiting.Until(async () => (await host.Letters(id)).Count == 1);
        Assert.Equal("Unconsumed", (await host.Letters(id)).Single().Fault);
    }

    private async Task<DeadLetter> Parked(Guid note)
    {
        host.Journal.FailNext(note);
        await host.Send(new WriteNote { Id = note });
        await Waiting.Until(async () => (await host.Letters(note)).Count > 0);
        return Assert.Single(await host.Letters(note));
    }

    private Task<long> Notes(Guid note) => host.Read<long>("select count(*) from tests.note where id = $1", note);
}
