using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Messaging.Outbox;

/// <summary>The outbox for those who commit outside of any consumer, such as a job: commit, then deliver.</summary>
public sealed class OutboxWriter<TContext>(
    Database<TContext> database, OutboxDelivery<TContext> delivery, IBus bus, TimeProvider time)
    where TContext : DbContext
{
    private const int MostUnderWay = 1_000;

    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(1);

    private int _underWay;
    private long _failedAt;

    /// <summary>Appends what the unit sends and schedules to a batch that the caller commits.</summary>
    public void Append(NpgsqlBatch batch, UnitOfWork unit) => MessagingTables.Append(batch, database.Schema, [unit]);

    /// <summary>
    /// Appends what the unit sends, for a process that is not connected to the broker, such as a command: a host of the
    /// same context publishes it within seconds.
    /// </summary>
    public void Leave(NpgsqlBatch batch, UnitOfWork unit) =>
        MessagingTables.AppendOutbox(batch, database.Schema, unit.Outgoing, MessagingTables.NoLease);

    /// <summary>Publishes what was committed. What the broker does not take is left to the sweep.</summary>
    public Task Deliver(UnitOfWork unit, CancellationToken cancellationToken) =>
        delivery.Deliver(unit.Outgoing, bus, cancellationToken);

    /// <summary>
    /// Publishes what was committed, in the background, for a caller that must not wait for the broker. What comes while
    /// the broker refuses, or while too much is under way, is left to the sweep.
    /// </summary>
    public void DeliverLater(UnitOfWork unit)
    {
        var failedAt = Volatile.Read(ref _failedAt);
        if (failedAt != 0 && time.GetElapsedTime(failedAt) < RestAfterFailure) return;
        if (Interlocked.Increment(ref _underWay) > MostUnderWay)
        {
            Interlocked.Decrement(ref _underWay);
            return;
        }

        _ = Task.Run(() => DeliverInBackground(unit));
    }

    private async Task DeliverInBackground(UnitOfWork unit)
    {
        try
        {
            if (!await delivery.Deliver(unit.Outgoing, bus, CancellationToken.None))
                Volatile.Write(ref _failedAt, time.GetTimestamp());
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
