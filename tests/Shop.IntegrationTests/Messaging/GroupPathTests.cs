using Npgsql;
using Xunit;

namespace Shop.IntegrationTests.Messaging;

[Collection(MessagingTests.Name)]
public sealed class GroupPathTests(MessagingHost host)
{
    private const int Burst = 300;

    public static TheoryData<string> Consumers => ["collecting", "group"];

    [Theory]
    [MemberData(nameof(Consumers))]
    public async Task A_message_handled_twice_publishes_the_same_ids_twice(string consumer)
    {
        var (note, message) = (Guid.NewGuid(), Guid.NewGuid());
        var heard = await host.Listen<NoteWritten>();

        await Send(consumer, note, message: message);
        await Send(consumer, note, message: message);

        var each = consumer == "group" ? 2 : 1;
        await Waiting.Until(() => heard.Of(note).Count == 2 * each);
        Assert.Equal(each, heard.Of(note).Select(event_ => event_.MessageId).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Consumers))]
    public async Task A_burst_is_committed_in_far_fewer_transactions(string consumer)
    {
        using var meters = new Meters();

        await SendBurst(consumer);

        Assert.InRange(meters.Transactions, 1, Burst / 10);
    }

    [Theory]
    [MemberData(nameof(Consumers))]
    public async Task Each_message_of_a_burst_is_published_once(string consumer)
    {
        var heard = await host.Listen<NoteWritten>();

        var notes = await SendBurst(consumer);

        var each = consumer == "group" ? 2 : 1;
        await Waiting.Until(() => notes.All(note => heard.Of(note).Count >= each));
        Assert.All(notes, note => Assert.Equal(each, heard.Of(note).Count));
    }

    [Fact]
    public async Task What_one_message_of_a_group_publishes_keeps_its_order()
    {
        var heard = await host.Listen<NoteWritten>();

        var notes = await SendBurst("group");

        await Waiting.Until(() => notes.All(note => heard.Of(note).Count == 2));
        Assert.All(notes, note => Assert.Contains("first", heard.Of(note)[0].Body, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Consumers))]
    public async Task A_poison_member_is_parked_with_its_fault_and_its_neighbours_are_unharmed(string consumer)
    {
        var poison = Guid.NewGuid();

        var neighbours = await SendBurst(consumer, poison);

        await Waiting.Until(async () => (await host.Letters(poison)).Count > 0);
        var letter = Assert.Single(await host.Letters(poison));
        Assert.Equal(typeof(PostgresException).FullName, letter.Fault);
        Assert.Contains("ck_note_text", letter.Detail, StringComparison.Ordinal);
        // As one of a group it is looked at once more for each half that it is found in.
        if (consumer == "collecting") Assert.Equal(MessagingHost.AllAttempts, host.Journal.Attempts(poison));
        Assert.Equal(neighbours.Count, await Count(neighbours));
    }

    [Theory]
    [MemberData(nameof(Consumers))]
    public async Task A_consumer_that_throws_for_one_message_handles_the_others(string consumer)
    {
        var bad = Guid.NewGuid();
        host.Journal.FailNext(bad);

        var neighbours = await SendBurst(consumer, bad, badText: "fine");

        await Waiting.Until(async () => (await host.Letters(bad)).Count > 0);
        Assert.Equal(typeof(TestFaultException).FullName, Assert.Single(await host.Letters(bad)).Fault);
        Assert.Equal(neighbours.Count, await Count(neighbours));
    }

    [Theory]
    [MemberData(nameof(Consumers))]
    public async Task A_retried_message_sends_once_what_its_last_attempt_sent(string consumer)
    {
        var note = Guid.NewGuid();
        var heard = await host.Listen<NoteWritten>();
        host.Journal.FailNext(note, times: 2);

        await Send(consumer, note);

        var each = consumer == "group" ? 2 : 1;
        await Waiting.Until(() => heard.Of(note).Count >= each);
        await Waiting.Until(async () => await host.OutboxRowsOf(note) == 0);
        Assert.Equal(each, heard.Of(note).Count);
    }

    /// <summary>
    /// A burst that meets a table which is locked, so that what can gather has gathered before the first commit. Returns
    /// the notes that are sound, when they are written.
    /// </summary>
    private async Task<List<Guid>> SendBurst(string consumer, Guid? bad = null, string badText = Note.Poison)
    {
        var notes = Enumerable.Range(0, Burst).Select(_ => Guid.NewGuid()).ToList();
        await using (await host.Lock("tests.note"))
        {
            await Task.WhenAll(notes.Select(note => Send(consumer, note)));
            if (bad is { } id) await Send(consumer, id, badText);
        }

        await Waiting.Until(async () => await Count(notes) == notes.Count);
        return notes;
    }

    private Task Send(string consumer, Guid note, string text = "note", Guid? message = null) => consumer == "group"
        ? host.Send(new GroupNote { Id = note, Text = text }, message)
        : host.Send(new CollectNote { Id = note, Text = text }, message);

    private Task<long> Count(List<Guid> notes) =>
        host.Read<long>("select count(*) from tests.note where id = any($1)", notes.ToArray());
}
