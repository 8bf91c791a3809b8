using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Shop.Load;

/// <summary>
/// The generator's own list of what was answered 202, and how many of those are still under way. Every quarter of a
/// second the database is asked, by key, which of the oldest have ended: a few milliseconds of its time a second.
/// </summary>
internal sealed class AcceptedOrders(NpgsqlDataSource database, int bound)
{
    public const int MostListed = 2_000_000;
    private const int MostAsked = 5_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly List<AcceptedOrder> _orders = [];
    private readonly ConcurrentQueue<Guid> _arriving = new();
    private long _accepted, _ended, _measured, _questions;
    private TaskCompletionSource? _room;
    private long _pausedSince, _pauses;
    private TimeSpan _paused;

    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Accepted within the window.</summary>
    public long Measured => Volatile.Read(ref _measured);

    public long UnderWay => Volatile.Read(ref _accepted) - Volatile.Read(ref _ended);

    /// <summary>Transactions that asking took.</summary>
    public long Questions => Volatile.Read(ref _questions);

    public IReadOnlyList<AcceptedOrder> Listed => _orders;

    public void Add(Guid id, bool measured)
    {
        lock (_lock)
        {
            if (_orders.Count < MostListed)
                _orders.Add(new AcceptedOrder(id, measured));
        }

        Interlocked.Increment(ref _accepted);
        if (measured)
            Interlocked.Increment(ref _measured);
        _arriving.Enqueue(id);
    }

    /// <summary>Waits while more orders than the bound are under way.</summary>
    public Task Room(CancellationToken cancellationToken)
    {
        if (UnderWay < bound)
            return Task.CompletedTask;
        lock (_lock)
        {
            if (_room is null)
            {
                _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _pausedSince = Stopwatch.GetTimestamp();
                _pauses++;
            }

            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>How often and how long acceptance has been paused until now.</summary>
    public (long Times, TimeSpan Length) Pauses()
    {
        lock (_lock)
            return (_pauses, _room is null ? _paused : _paused + Stopwatch.GetElapsedTime(_pausedSince));
    }

    public async Task Watch(CancellationToken cancellationToken)
    {
        var live = new Queue<Guid>();
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            while (_arriving.TryDequeue(out var id))
                live.Enqueue(id);
            if (live.Count > 0)
                await Ask(live, cancellationToken);
            if (UnderWay < bound)
                Resume();
        }
    }

    private async Task Ask(Queue<Guid> live, CancellationToken cancellationToken)
    {
        var asked = new Guid[Math.Min(live.Count, MostAsked)];
        for (var index = 0; index < asked.Length; index++)
            asked[index] = live.Dequeue();

        var ended = await Ended(asked, cancellationToken);
        foreach (var id in asked)
        {
            if (!ended.Contains(id))
                live.Enqueue(id);
        }

        Interlocked.Add(ref _ended, ended.Count);
    }

    private async Task<HashSet<Guid>> Ended(Guid[] asked, CancellationToken cancellationToken)
    {
        var ended = new HashSet<Guid>();
        Interlocked.Increment(ref _questions);
        try
        {
            await using var command = database.CreateCommand(
                $"select id from orders.orders where id = any($1) and status not in ({Statuses.Live})");
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = asked });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                ended.Add(reader.GetGuid(0));
        }
        catch (NpgsqlException failed) when (failed.IsTransient || failed.InnerException is IOException
            || failed.SqlState?.StartsWith("57P", StringComparison.Ordinal) == true)
        {
            // A server that is restarted in the middle is asked again at the next tick.
        }

        return ended;
    }

    private void Resume()
    {
        TaskCompletionSource? room;
        lock (_lock)
        {
            room = _room;
            _room = null;
            if (room is not null)
                _paused += Stopwatch.GetElapsedTime(_pausedSince);
        }

        room?.SetResult();
    }
}

internal readonly record struct AcceptedOrder(Guid Id, bool Measured);

/// <summary>The words of an order's status, as SQL lists.</summary>
internal static class Statuses
{
    public const string Live = "'RECEIVED', 'PENDING_PAYMENT', 'PAYMENT_UNKNOWN'";
    public const string Bought =
        "'CONFIRMED', 'SHIPPED', 'DELIVERED', 'RETURN_REQUESTED', 'RETURNED', 'REFUNDED'";
}
