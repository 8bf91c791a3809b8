using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Messaging.Outbox;

/// <summary>The outbox for those who write their own transaction, such as a job: append to its batch, commit, deliver.</summary>
public sealed class OutboxWriter<TContext>(Database<TContext> database, OutboxDelivery<TContext> delivery, IBus bus)
    where TContext : DbContext
{
    /// <summary>Appends what the unit sends and schedules to a batch that the caller commits.</summary>
    public void Append(NpgsqlBatch batch, UnitOfWork unit) => MessagingTables.Append(batch, database.Schema, [unit]);

    /// <summary>Publishes what was committed. What the broker does not take is left to the sweep.</summary>
    public Task Deliver(UnitOfWork unit, CancellationToken cancellationToken) =>
        delivery.Deliver(unit.Outgoing, bus, cancellationToken);
}
