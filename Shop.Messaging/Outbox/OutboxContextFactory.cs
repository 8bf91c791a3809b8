using MassTransit;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Hosting;

namespace Shop.Messaging.Outbox;

/// <summary>Names the fast path of a context: what its message writes is committed together with its neighbours'.</summary>
public sealed class GroupPath<TContext>
    where TContext : DbContext;

/// <summary>Names the ordinary path of a context: a transaction of its own around each message, with an inbox.</summary>
public sealed class PlainPath<TContext>
    where TContext : DbContext;

/// <summary>Handles a message, commits its unit of work in a group, then publishes, then lets it be acknowledged.</summary>
internal sealed class GroupPathContextFactory<TContext>(
    UnitOfWork unit, GroupCommitter<TContext> committer, OutboxDelivery<TContext> delivery, IServiceProvider provider)
    : IOutboxContextFactory<GroupPath<TContext>>
    where TContext : DbContext
{
    public async Task Send<T>(ConsumeContext<T> context, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        var outbox = new UnitOfWorkConsumeContext<T>(context, options, provider, unit,
            () => unit.IsCommitted ? Task.CompletedTask : committer.Commit(unit));
        try
        {
            await next.Send(outbox);
            await delivery.Deliver(unit.Outgoing, context.ReceiveContext.SendEndpointProvider, context.CancellationToken);
        }
        finally
        {
            unit.Turn?.Dispose();
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("groupCommit");
}

/// <summary>
/// Handles a message inside a transaction of the context, which also takes its mark in the inbox: a message that was
/// handled before is not handled again.
/// </summary>
internal sealed class PlainPathContextFactory<TContext>(
    UnitOfWork unit, TContext database, Database<TContext> options, OutboxDelivery<TContext> delivery, IServiceProvider provider)
    : IOutboxContextFactory<PlainPath<TContext>>
    where TContext : DbContext
{
    public async Task Send<T>(ConsumeContext<T> context, OutboxConsumeOptions outboxOptions, IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        await using (var transaction = await database.Database.BeginTransactionAsync(context.CancellationToken))
        {
            if (!await IsNew(context, outboxOptions.ConsumerId))
            {
                // Its messages stand in the outbox, or have left. Saying "consumed" keeps it out of the skipped ones.
                await context.NotifyConsumed(context, TimeSpan.Zero, outboxOptions.ConsumerType);
                return;
            }

            var outbox = new UnitOfWorkConsumeContext<T>(context, outboxOptions, provider, unit, async () =>
            {
                await database.SaveChangesAsync(context.CancellationToken);
                await WriteMessages(context.CancellationToken);
                await transaction.CommitAsync(context.CancellationToken);
                Telemetry.Committed(options.Schema, 1);
            });
            await next.Send(outbox);
        }

        await delivery.Deliver(unit.Outgoing, context.ReceiveContext.SendEndpointProvider, context.CancellationToken);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("transactionalOutbox");

    /// <summary>A second delivery waits here for the first one's outcome, at the key.</summary>
    private async Task<bool> IsNew(ConsumeContext context, Guid consumer)
    {
        var connection = (NpgsqlConnection)database.Database.GetDbConnection();
        await using var insert = new NpgsqlCommand(
            $"""insert into "{options.Schema}".inbox_message (message_id, consumer_id) values ($1, $2) on conflict do nothing""",
            connection);
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = context.GetOriginalMessageId() ?? context.MessageId!.Value });
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = consumer });
        return await insert.ExecuteNonQueryAsync(context.CancellationToken) == 1;
    }

    private async Task WriteMessages(CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)database.Database.GetDbConnection();
        await using var batch = connection.CreateBatch();
        UnitWriter.Append(batch, database, options.Schema, [unit]);
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
