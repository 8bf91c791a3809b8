using System.Collections.Concurrent;

namespace Shop.Api.Requests;

/// <summary>The keys whose first request is running in this process; another process is met at the table.</summary>
internal sealed class InFlight
{
    private const int Most = 5_000;

    private readonly ConcurrentDictionary<(string Owner, string Key), bool> _keys = new();
    private int _count;

    public enum Entry
    {
        Entered,
        Running,
        Full,
    }

    public Entry Enter(string owner, string key)
    {
        if (Interlocked.Increment(ref _count) > Most)
        {
            Interlocked.Decrement(ref _count);
            return Entry.Full;
        }

        if (_keys.TryAdd((owner, key), true)) return Entry.Entered;
        Interlocked.Decrement(ref _count);
        return Entry.Running;
    }

    public void Leave(string owner, string key)
    {
        if (_keys.TryRemove((owner, key), out _)) Interlocked.Decrement(ref _count);
    }
}
