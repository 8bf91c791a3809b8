using Npgsql;
using Quartz;
using Shop.Contracts.Inventory;
using Shop.Messaging;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Inventory;

/// <summary>Releases holds whose time has passed by the database's clock, whether or not their checkout still lives.</summary>
[DisallowConcurrentExecution]
internal sealed partial class SweepHoldsJob(
    Database<InventoryDbContext> database, OutboxWriter<InventoryDbContext> outbox, MessageComposer composer,
    CurrentWarehouseMap maps, ILogger<SweepHoldsJob> logger) : IJob
{
    private const int Most = 200;

    private static readonly Guid Cause = new("6d1a4bb5-4a0f-4ba0-9a49-0d5e1d1c6b01");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        while (await Sweep(cancellationToken) == Most) cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<int> Sweep(CancellationToken cancellationToken)
    {
        var unit = new UnitOfWork();
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        var expired = await new Stockroom(maps, connection, transaction, batch).Expire(Most, cancellationToken);
        if (expired.Count == 0) return 0;
        foreach (var order in expired)
            await composer.Publish(unit, new ReservationExpired { OrderId = order },
                MessageIds.Derive(order, Cause, 0), order, cancellationToken);
        outbox.Append(batch, unit);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogReleased(expired.Count);
        await outbox.Deliver(unit, cancellationToken);
        return expired.Count;
    }

    [LoggerMessage(LogLevel.Warning, "Released {Count} holds that had run out.")]
    private partial void LogReleased(int count);
}
