using System.Collections.Concurrent;
using System.Diagnostics;
using HdrHistogram;

namespace Shop.Load;

/// <summary>What the buyers counted and timed. Times are kept in microseconds.</summary>
internal sealed class Tally
{
    private const long LongestMicroseconds = 600_000_000;

    private readonly ConcurrentDictionary<string, long> _failures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _followedEnds = new(StringComparer.Ordinal);
    private volatile bool _measuring;
    private long _requests, _turnedAway, _arrived, _notSent, _followed, _notFollowed, _unfinished, _retried;
    private long _replays, _replaysUnlike;

    /// <summary>Whether what begins now belongs to the window.</summary>
    public bool Measuring
    {
        get => _measuring;
        set => _measuring = value;
    }

    public HistogramBase CartLatency { get; } = new LongConcurrentHistogram(1, LongestMicroseconds, 3);
    public HistogramBase CheckoutLatency { get; } = new LongConcurrentHistogram(1, LongestMicroseconds, 3);

    /// <summary>From sending the checkout to seeing its confirmation.</summary>
    public HistogramBase ConfirmedLatency { get; } = new LongConcurrentHistogram(1, LongestMicroseconds, 3);

    /// <summary>Within the window.</summary>
    public long Requests => _requests;

    /// <summary>Checkouts within the window that were asked to come again later: an answer, and no failure.</summary>
    public long TurnedAway => _turnedAway;

    /// <summary>Arrivals of the open loop within the window, and those that were not even begun.</summary>
    public long Arrived => _arrived;

    public long NotSent => _notSent;
    public long Followed => _followed;

    /// <summary>Chosen to be followed, when too many were already.</summary>
    public long NotFollowed => _notFollowed;

    /// <summary>Followed, and not seen to end.</summary>
    public long Unfinished => _unfinished;

    public long Replays => _replays;
    public long ReplaysUnlike => _replaysUnlike;
    public long Retried => _retried;
    public IReadOnlyDictionary<string, long> Failures => _failures;
    public IReadOnlyDictionary<string, long> FollowedEnds => _followedEnds;

    public static void Time(HistogramBase histogram, long fromTimestamp) => histogram.RecordValue(Math.Clamp(
        (long)Stopwatch.GetElapsedTime(fromTimestamp).TotalMicroseconds, 1, LongestMicroseconds));

    public void Sent()
    {
        if (_measuring)
            Interlocked.Increment(ref _requests);
    }

    public void IsTurnedAway()
    {
        if (_measuring)
            Interlocked.Increment(ref _turnedAway);
    }

    /// <summary>Anything but the answer hoped for.</summary>
    public void Failed(string request, string how) =>
        _failures.AddOrUpdate($"{request}: {how}", 1, (_, count) => count + 1);

    public void Arrives() => Interlocked.Increment(ref _arrived);

    public void IsNotSent(long count = 1) => Interlocked.Add(ref _notSent, count);

    public void Follows() => Interlocked.Increment(ref _followed);

    public void DoesNotFollow() => Interlocked.Increment(ref _notFollowed);

    public void FollowedTo(string status) => _followedEnds.AddOrUpdate(status, 1, (_, count) => count + 1);

    public void LeftUnfinished() => Interlocked.Increment(ref _unfinished);

    public void Retries() => Interlocked.Increment(ref _retried);

    public void Replayed(bool alike)
    {
        Interlocked.Increment(ref _replays);
        if (!alike)
            Interlocked.Increment(ref _replaysUnlike);
    }
}
