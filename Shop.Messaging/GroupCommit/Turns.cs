namespace Shop.Messaging.GroupCommit;

/// <summary>
/// Lets the messages of one row go one after the other in this process, in the order they came: side by side all but one
/// would lose the race for its version, again and again. Between processes the version alone decides.
/// </summary>
public sealed class Turns<TRow>(TimeProvider time)
{
    /// <summary>Longer than a commit and a publish may take. Who has waited so long goes on: the version decides.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Dictionary<Guid, Turn> _last = [];

    /// <summary>Waits for those before it, a minute at most. The turn ends when it is disposed of.</summary>
    internal async Task<IDisposable> Take(Guid key)
    {
        var turn = new Turn(this, key);
        Turn? before;
        lock (_last)
        {
            before = _last.GetValueOrDefault(key);
            _last[key] = turn;
        }

        if (before is not null)
            await before.Ended.Task.WaitAsync(Longest, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return turn;
    }

    private sealed class Turn(Turns<TRow> turns, Guid key) : IDisposable
    {
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose()
        {
            lock (turns._last)
                if (turns._last.GetValueOrDefault(key) == this) turns._last.Remove(key);
            Ended.TrySetResult();
        }
    }
}
