using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Api.Orders;

/// <summary>
/// Tells open streams how their orders move. One statement at a time asks for the new steps of all orders that anyone
/// here is watching; while nobody watches, nothing is asked, and an order that nobody watches costs nothing.
/// </summary>
internal sealed partial class OrderWatch(
    ReadsDatabase database, IOptions<OrderEventsOptions> options, TimeProvider time, ILogger<OrderWatch> logger)
{
    /// <summary>$1 the orders, $2 the last step known of each.</summary>
    internal const string StepsStatement = """
        select watched.id, step.sequence, step.status, step.at, step.reason
        from unnest((select $1), (select $2)) watched(id, seen)
        cross join lateral (
            select sequence, status, at, reason from orders.order_step_view
            where order_id = watched.id and sequence > watched.seen
            order by sequence limit 50) step
        order by watched.id, step.sequence
        """;

    /// <summary>Orders that wait for someone are looked at in one round of so many.</summary>
    private const int SlowRounds = 8;

    private const int PatienceInSeconds = 5;

    private readonly Dictionary<Guid, Watched> _watched = [];
    private bool _isRunning;

    /// <summary>Follows an order from a step on, whatever others have seen of it, until disposed of.</summary>
    public OrderWatcher Watch(Guid orderId, int seen, string status)
    {
        lock (_watched)
        {
            if (!_watched.TryGetValue(orderId, out var watched)) _watched[orderId] = watched = new Watched();
            watched.IsBrisk |= OrderPace.IsBrisk(status);
            var watcher = new OrderWatcher(this, orderId, seen);
            watched.Watchers.Add(watcher);
            OrderTelemetry.Streams.Add(1);
            if (_isRunning) return watcher;
            _isRunning = true;
            ThreadPool.UnsafeQueueUserWorkItem(static me => _ = me.Run(), this, preferLocal: false);
            return watcher;
        }
    }

    internal void Leave(OrderWatcher watcher)
    {
        lock (_watched)
        {
            if (!_watched.TryGetValue(watcher.OrderId, out var watched) || !watched.Watchers.Remove(watcher)) return;
            OrderTelemetry.Streams.Add(-1);
            if (watched.Watchers.Count == 0) _watched.Remove(watcher.OrderId);
        }
    }

    private async Task Run()
    {
        var failing = false;
        for (var round = 0; ; round++)
        {
            await Task.Delay(options.Value.Pace, time);
            if (Due(withSlow: round % SlowRounds == 0) is not { } due) return;
            if (due.Orders.Length == 0) continue;
            try
            {
                await Read(due.Orders, due.Seen);
                failing = false;
            }
            catch (Exception exception)
            {
                // Streams stay open: their clients are no better off asking elsewhere.
                if (!failing) LogBlind(exception);
                failing = true;
            }
        }
    }

    /// <returns>Null when nobody watches any more; whoever comes next starts anew.</returns>
    internal (Guid[] Orders, int[] Seen)? Due(bool withSlow)
    {
        lock (_watched)
        {
            if (_watched.Count == 0)
            {
                _isRunning = false;
                return null;
            }

            var due = _watched.Where(order => withSlow || order.Value.IsBrisk).ToList();
            return ([.. due.Select(order => order.Key)], [.. due.Select(order => order.Value.Seen)]);
        }
    }

    private async Task Read(Guid[] orders, int[] seen)
    {
        await using var command = database.Source.CreateCommand(StepsStatement);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = orders });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = seen });
        OrderTelemetry.Reads.Add(1);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            Tell(reader.GetGuid(0), new OrderStep(
                reader.GetInt32(1), reader.GetString(2), reader.GetDateTime(3),
                reader.IsDBNull(4) ? null : reader.GetString(4)));
    }

    internal void Tell(Guid orderId, OrderStep step)
    {
        lock (_watched)
        {
            if (!_watched.TryGetValue(orderId, out var watched)) return;
            foreach (var watcher in watched.Watchers) watcher.Tell(step);
            // One that came while this was being read may lack the steps before it.
            watched.IsBrisk = OrderPace.IsBrisk(step.Status) || watched.Seen < step.Sequence;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Open streams of orders cannot be told what is new; asking again.")]
    private partial void LogBlind(Exception exception);

    private sealed class Watched
    {
        /// <summary>What all have seen: the rest is read, and ignored by those who have it.</summary>
        public int Seen => Watchers.Min(watcher => watcher.Seen);

        public bool IsBrisk { get; set; }

        /// <summary>At least one.</summary>
        public List<OrderWatcher> Watchers { get; } = [];
    }
}

/// <summary>The steps of one order for one stream, each once and in order.</summary>
internal sealed class OrderWatcher(OrderWatch watch, Guid orderId, int seen) : IDisposable
{
    private const int MostUntold = 64;

    private readonly Channel<OrderStep> _steps = Channel.CreateBounded<OrderStep>(MostUntold);

    public Guid OrderId { get; } = orderId;

    /// <summary>The last step that it was told, or came with.</summary>
    public int Seen { get; private set; } = seen;

    /// <summary>Completed if its reader does not keep up: the client comes again, from where it was.</summary>
    public ChannelReader<OrderStep> Steps => _steps.Reader;

    public void Dispose() => watch.Leave(this);

    /// <summary>By one caller at a time. Only the next step counts: what lies between is read again.</summary>
    internal void Tell(OrderStep step)
    {
        if (step.Sequence != Seen + 1) return;
        Seen = step.Sequence;
        if (!_steps.Writer.TryWrite(step)) _steps.Writer.TryComplete();
    }
}

internal static class OrderTelemetry
{
    private static readonly Meter Meter = new("Shop.Api.Orders");

    public static readonly UpDownCounter<long> Streams = Meter.CreateUpDownCounter<long>(
        "shop.orders.streams", "{stream}", "Open streams of orders that are watched");

    public static readonly Counter<long> Reads = Meter.CreateCounter<long>(
        "shop.orders.stream_reads", "{read}", "Statements that asked for the new steps of watched orders");
}
