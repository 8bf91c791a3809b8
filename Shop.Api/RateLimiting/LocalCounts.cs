using System.Collections.Concurrent;

namespace Shop.Api.RateLimiting;

/// <summary>What this instance has counted: for each key the time at which its quota is whole again.</summary>
internal sealed class LocalCounts(TimeProvider time)
{
    /// <summary>Whoever comes when it is full is let through uncounted: a flood shall not shut others out.</summary>
    internal const int Most = 200_000;

    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Quota, string Key), long> _wholeAt = new();
    private readonly long _origin = time.GetTimestamp();
    private long _sweptAt;
    private int _size;

    internal int Size => Volatile.Read(ref _size);

    public Count Count(Quota quota, string key)
    {
        var now = time.GetElapsedTime(_origin).Ticks;
        Sweep(now);
        while (true)
        {
            var isKnown = _wholeAt.TryGetValue((quota.Name, key), out var wholeAt);
            var next = Math.Max(now, wholeAt) + quota.Step.Ticks;
            var count = quota.Take(TimeSpan.FromTicks(next - now));
            if (!count.IsWithin) return count;
            if (isKnown)
            {
                if (_wholeAt.TryUpdate((quota.Name, key), next, wholeAt)) return count;
            }
            else if (Size >= Most || TryAdd(quota, key, next)) return count;
        }
    }

    private bool TryAdd(Quota quota, string key, long wholeAt)
    {
        if (!_wholeAt.TryAdd((quota.Name, key), wholeAt)) return false;
        Interlocked.Increment(ref _size);
        return true;
    }

    /// <summary>Forgets those whose quota is whole again, as it is for those who never came.</summary>
    private void Sweep(long now)
    {
        var sweptAt = Volatile.Read(ref _sweptAt);
        if (now - sweptAt < BetweenSweeps.Ticks
            || Interlocked.CompareExchange(ref _sweptAt, now, sweptAt) != sweptAt) return;
        foreach (var entry in _wholeAt)
        {
            if (entry.Value <= now && _wholeAt.TryRemove(entry)) Interlocked.Decrement(ref _size);
        }
    }
}
