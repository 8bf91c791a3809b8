using System.Collections.Concurrent;
using System.Threading.Channels;
using Shop.Messaging.GroupCommit;
using Xunit;

namespace Shop.Tests.Messaging;

public sealed class CoalescerTests
{
    [Fact]
    public async Task Calls_that_come_while_a_run_is_under_way_form_the_next_group()
    {
        var runs = new Runs();
        var coalescer = new Coalescer<int, int>(runs.Run);
        var first = coalescer.Call(1);
        await runs.Begun();

        Task<int>[] others = [coalescer.Call(2), coalescer.Call(3), coalescer.Call(4)];
        runs.Release(2);

        await Task.WhenAll([first, .. others]);
        Assert.Equal(["1", "2 3 4"], runs.Groups);
    }

    [Fact]
    public async Task A_call_that_finds_nothing_running_goes_alone_and_at_once()
    {
        var runs = new Runs();
        var coalescer = new Coalescer<int, int>(runs.Run);
        runs.Release(2);

        await coalescer.Call(1);
        await coalescer.Call(2);

        Assert.Equal(["1", "2"], runs.Groups);
    }

    [Fact]
    public async Task Each_call_gets_its_own_answer()
    {
        var runs = new Runs();
        var coalescer = new Coalescer<int, int>(runs.Run);
        runs.Release(100);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(coalescer.Call));

        Assert.Equal(Enumerable.Range(0, 100).Select(number => number * 10), answers);
    }

    [Fact]
    public async Task A_group_takes_no_more_than_its_limit_in_the_order_of_arrival()
    {
        var runs = new Runs();
        var coalescer = new Coalescer<int, int>(runs.Run, largestGroup: 3);
        var first = coalescer.Call(0);
        await runs.Begun();

        var others = Enumerable.Range(1, 7).Select(coalescer.Call).ToList();
        runs.Release(10);

        await Task.WhenAll([first, .. others]);
        Assert.Equal(["0", "1 2 3", "4 5 6", "7"], runs.Groups);
    }

    [Fact]
    public async Task More_calls_than_may_wait_are_refused()
    {
        var runs = new Runs();
        var coalescer = new Coalescer<int, int>(runs.Run, waitingLimit: 2);
        var first = coalescer.Call(1);
        await runs.Begun();
        Task<int>[] waiting = [coalescer.Call(2), coalescer.Call(3)];

        var refused = coalescer.Call(4);

        await Assert.ThrowsAsync<CoalescerFullException>(() => refused);
        runs.Release(2);
        await Task.WhenAll([first, .. waiting]);
    }

    [Fact]
    public async Task A_run_that_throws_fails_the_calls_of_its_group_and_no_other()
    {
        var runs = new Runs { Bad = 1 };
        var coalescer = new Coalescer<int, int>(runs.Run);
        runs.Release(2);

        await Assert.ThrowsAsync<InvalidDataException>(() => coalescer.Call(1));

        Assert.Equal(20, await coalescer.Call(2));
    }

    [Fact]
    public async Task A_call_that_a_run_leaves_unanswered_fails()
    {
        var coalescer = new Coalescer<int, int>(_ => Task.CompletedTask);

        await Assert.ThrowsAsync<InvalidOperationException>(() => coalescer.Call(1));
    }

    [Fact]
    public async Task A_run_that_never_ends_fails_its_calls_and_leaves_the_lane_to_the_next()
    {
        var runs = 0;
        var coalescer = new Coalescer<int, int>(
            group => runs++ == 0 ? new TaskCompletionSource().Task : Answer(group), limit: TimeSpan.FromMilliseconds(10));

        await Assert.ThrowsAsync<TimeoutException>(() => coalescer.Call(1));

        Assert.Equal(20, await coalescer.Call(2));

        static Task Answer(IReadOnlyList<Call<int, int>> group)
        {
            foreach (var call in group) call.Succeed(call.Request * 10);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task As_many_runs_are_under_way_as_there_are_lanes()
    {
        var runs = new Runs();
        var coalescer = new Coalescer<int, int>(runs.Run, lanes: 2);

        var first = coalescer.Call(1);
        await runs.Begun();
        var second = coalescer.Call(2);
        await runs.Begun();
        runs.Release(2);

        await Task.WhenAll(first, second);
        Assert.Equal(2, runs.Groups.Count);
    }

    /// <summary>Runs that wait to be released, and answer ten times what they are asked.</summary>
    private sealed class Runs
    {
        private readonly ConcurrentQueue<string> _groups = new();
        private readonly Channel<bool> _begun = Channel.CreateUnbounded<bool>();
        private readonly Channel<bool> _released = Channel.CreateUnbounded<bool>();

        public int? Bad { get; init; }
        public IReadOnlyList<string> Groups => [.. _groups];

        public async Task Run(IReadOnlyList<Call<int, int>> group)
        {
            _groups.Enqueue(string.Join(' ', group.Select(call => call.Request)));
            _begun.Writer.TryWrite(true);
            await _released.Reader.ReadAsync(TestContext.Current.CancellationToken);
            if (group.Any(call => call.Request == Bad)) throw new InvalidDataException();
            foreach (var call in group) call.Succeed(call.Request * 10);
        }

        public async Task Begun() => await _begun.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public void Release(int runs)
        {
            for (var run = 0; run < runs; run++) _released.Writer.TryWrite(true);
        }
    }
}
