using System.Diagnostics;

namespace Shop.Messaging.GroupCommit;

/// <summary>
/// Joins the calls that gather while the previous run is under way into the next run. Nothing is ever delayed to let
/// a group grow: a call that finds nothing running goes alone, at once.
/// </summary>
/// <param name="run">Completes or fails each call of one group; a call that it leaves is failed.</param>
/// <param name="largestGroup">The most calls in one run.</param>
/// <param name="waitingLimit">The most calls that may wait; more are refused with <see cref="CoalescerFullException"/>.</param>
/// <param name="lanes">How many runs may be under way at once.</param>
/// <param name="rest">
/// How long a lane rests after a run, by how long that took; only for work that nobody waits for.
/// </param>
/// <param name="limit">
/// How long a run may take; five minutes if it is not said. What is under way then fails with a
/// <see cref="TimeoutException"/>, and the lane goes on without it.
/// </param>
public sealed class Coalescer<TRequest, TResult>(
    Func<IReadOnlyList<Call<TRequest, TResult>>, Task> run,
    int largestGroup = 128,
    int waitingLimit = 10_000,
    int lanes = 1,
    Func<TimeSpan, TimeSpan>? rest = null,
    TimeSpan? limit = null)
{
    private readonly TimeSpan _limit = limit ?? TimeSpan.FromMinutes(5);
    private readonly Queue<Call<TRequest, TResult>> _waiting = new();
    private int _running;

    /// <exception cref="CoalescerFullException">Too many calls wait already; nothing was done.</exception>
    public Task<TResult> Call(TRequest request)
    {
        var call = new Call<TRequest, TResult>(request);
        lock (_waiting)
        {
            if (_waiting.Count >= waitingLimit)
                return Task.FromException<TResult>(new CoalescerFullException($"{_waiting.Count} calls are waiting already."));
            _waiting.Enqueue(call);
            if (_running >= lanes) return call.Task;
            _running++;
        }

        // A lane serves many callers: it must not inherit the context of the one that happened to start it.
        ThreadPool.UnsafeQueueUserWorkItem(static me => _ = me.RunLane(), this, preferLocal: false);
        return call.Task;
    }

    private async Task RunLane()
    {
        while (Take() is { Count: > 0 } group)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await run(group).WaitAsync(_limit);
                foreach (var call in group) call.Fail(new InvalidOperationException("The run left this call unanswered."));
            }
            catch (Exception exception)
            {
                foreach (var call in group) call.Fail(exception);
            }

            if (rest?.Invoke(Stopwatch.GetElapsedTime(began)) is { } pause && pause > TimeSpan.Zero) await Task.Delay(pause);
        }
    }

    private List<Call<TRequest, TResult>>? Take()
    {
        lock (_waiting)
        {
            if (_waiting.Count == 0)
            {
                _running--;
                return null;
            }

            var group = new List<Call<TRequest, TResult>>(Math.Min(_waiting.Count, largestGroup));
            while (group.Count < largestGroup && _waiting.TryDequeue(out var call)) group.Add(call);
            return group;
        }
    }
}

/// <summary>One call of a group. The first answer counts.</summary>
public sealed class Call<TRequest, TResult>(TRequest request)
{
    private readonly TaskCompletionSource<TResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TRequest Request { get; } = request;
    public Task<TResult> Task => _answer.Task;

    public void Succeed(TResult result) => _answer.TrySetResult(result);
    public void Fail(Exception exception) => _answer.TrySetException(exception);
}

public sealed class CoalescerFullException(string message) : Exception(message);
