using Xunit;

namespace Shop.IntegrationTests.Messaging;

/// <summary>Timers of sagas. The host's own clock is ten minutes ahead of the database's in all of these.</summary>
[Collection(MessagingTests.Name)]
public sealed class TimerTests(MessagingHost host)
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Paths => ["plain", "group"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_timer_is_written_in_the_commit_of_its_saga(string path)
    {
        var tally = Guid.NewGuid();

        await using (await host.Lock("tests.timer"))
        {
            await Arm(path, tally, Long);
            await Waiting.Until(() => host.Read<bool>("""
                select exists (select 1 from pg_stat_activity
                    where wait_event_type = 'Lock' and query like '%insert into%timer%' and pid <> pg_backend_pid())
                """));
            Assert.Null(await Load(path, tally));
        }

        await Waiting.Until(async () => await Load(path, tally) is not null);
        Assert.Equal(1, await TimersOf(tally));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_timer_that_is_unscheduled_is_removed_and_never_fires(string path)
    {
        var tally = await Armed(path, Long);

        await host.SendTo($"tests.{path}-tally", new TallyUntimed { TallyId = tally });

        await Waiting.Until(async () => await TimersOf(tally) == 0);
        Assert.Null((await Load(path, tally))!.TimerToken);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_timer_that_is_armed_anew_takes_the_place_of_the_one_before(string path)
    {
        var tally = await Armed(path, Long);
        var first = (await Load(path, tally))!.TimerToken;

        await Arm(path, tally, Long);

        await Waiting.Until(async () => (await Load(path, tally))!.TimerToken != first);
        Assert.Equal(1, await TimersOf(tally));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task The_delay_is_counted_by_the_databases_clock(string path)
    {
        var tally = await Armed(path, Long);

        var left = await host.Read<TimeSpan>(
            $"select due_at - now() from tests.timer where {Mine}", tally);

        Assert.InRange(left, Long - TimeSpan.FromSeconds(30), Long);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_timer_fires_after_it_is_due_and_not_before(string path)
    {
        var tally = await Armed(path, Short);
        var due = await host.Read<DateTime>($"select due_at from tests.timer where {Mine}", tally);

        await Waiting.Until(async () =>
        {
            await host.Dispatcher.DispatchTimers(TestContext.Current.CancellationToken);
            var now = await host.Read<DateTime>("select clock_timestamp()");
            var fired = (await Load(path, tally))!.Fired;
            Assert.True(fired == 0 || now >= due, $"fired at {now:O}, due at {due:O}");
            return fired == 1;
        });
        await Waiting.Until(async () => await TimersOf(tally) == 0);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_late_timer_with_an_old_token_is_ignored(string path)
    {
        var tally = await Armed(path, Long);
        var late = Guid.NewGuid();
        await host.Run($"""
            create table if not exists tests.kept_timer (like tests.timer);
            """);
        await host.Run($"insert into tests.kept_timer select * from tests.timer where {Mine}", tally);
        var first = (await Load(path, tally))!.TimerToken;
        await Arm(path, tally, Long);
        await Waiting.Until(async () => (await Load(path, tally))!.TimerToken != first);

        await host.Run($"""
            insert into tests.timer (token, message_id, destination, content_type, body, due_at)
            select $2, $2, destination, content_type, body, now() from tests.kept_timer where {Mine}
            """, tally, late);

        await Waiting.Until(() => host.Journal.Received(late) == 1);
        Assert.Equal(0, (await Load(path, tally))!.Fired);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_timer_that_has_to_be_redelivered_is_still_the_sagas_own(string path)
    {
        var tally = await Armed(path, TimeSpan.Zero, failures: 5);

        await Waiting.Until(async () => (await Load(path, tally))!.Fired == 1);
    }

    private const string Mine = "convert_from(body, 'utf8') like '%' || $1::text || '%'";

    private async Task<Guid> Armed(string path, TimeSpan delay, int failures = 0)
    {
        var tally = Guid.NewGuid();
        if (failures > 0) host.Journal.FailNext(tally, failures);
        await Arm(path, tally, delay);
        await Waiting.Until(async () => await Load(path, tally) is not null);
        return tally;
    }

    private Task Arm(string path, Guid tally, TimeSpan delay) =>
        host.SendTo($"tests.{path}-tally", new TallyTimed { TallyId = tally, Delay = delay });

    private Task<long> TimersOf(Guid tally) => host.Read<long>($"select count(*) from tests.timer where {Mine}", tally);

    private Task<Tally?> Load(string path, Guid tally) => host.LoadTally(path, tally);
}
