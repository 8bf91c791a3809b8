using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Shop.IntegrationTests.Messaging;

/// <summary>Both repositories of state machines, by the same promises.</summary>
[Collection(MessagingTests.Name)]
public sealed class SagaTests(MessagingHost host)
{
    private const int Events = 50;

    public static TheoryData<string> Paths => ["plain", "group"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Two_first_messages_at_once_make_one_instance_and_both_are_applied(string path)
    {
        var tally = Guid.NewGuid();

        await Task.WhenAll(Raise(path, tally, 1), Raise(path, tally, 2));

        await Waiting.Until(async () => (await Load(path, tally))?.Count == 2);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Events_at_once_to_one_instance_are_each_applied_once(string path)
    {
        var tally = await RaiseMany(path);

        Assert.Equal(Events, (await Load(path, tally))!.Count);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task The_version_counts_the_changes_after_the_first(string path)
    {
        var tally = await RaiseMany(path);

        Assert.Equal(Events - 1, (await Load(path, tally))!.Version);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task The_rows_beside_an_instance_commit_with_it_and_have_no_gap(string path)
    {
        var tally = await RaiseMany(path);

        await using var context = host.OpenContext();
        var lines = await context.Set<TallyLine>().Where(line => line.TallyId == tally).OrderBy(line => line.Sequence)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, Events), lines.Select(line => line.Sequence));
        Assert.Equal(Events, lines.Select(line => line.What).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task None_of_the_events_at_once_is_parked(string path)
    {
        var tally = await RaiseMany(path);

        Assert.Empty(await host.Letters(tally));
    }

    private async Task<Guid> RaiseMany(string path)
    {
        var tally = Guid.NewGuid();
        await Task.WhenAll(Enumerable.Range(1, Events).Select(number => Raise(path, tally, number)));
        await Waiting.Until(async () =>
            (await Load(path, tally))?.Count >= Events || (await host.Letters(tally)).Count > 0);
        return tally;
    }

    private Task Raise(string path, Guid tally, int number) =>
        host.SendTo($"tests.{path}-tally", new TallyRaised { TallyId = tally, Number = number });

    private Task<Tally?> Load(string path, Guid tally) => host.LoadTally(path, tally);
}
