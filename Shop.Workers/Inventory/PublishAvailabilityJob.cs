using Npgsql;
using Quartz;
using Shop.Contracts.Inventory;
using Shop.Messaging;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Inventory;

/// <summary>
/// Says which SKUs went from one band to another, from what the ledger has new. The checkout's way knows nothing of it.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class PublishAvailabilityJob(
    Database<InventoryDbContext> database, OutboxWriter<InventoryDbContext> outbox, MessageComposer composer,
    ILogger<PublishAvailabilityJob> logger) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>One source, so that what is left to the sweep stays in order.</summary>
    private static readonly Guid Source = new("3f0c2f0e-58c1-4d0e-8a27-5b2a4ad1c7d2");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var readTo = 0L;
        for (var isFull = true; isFull; cancellationToken.ThrowIfCancellationRequested())
            (readTo, isFull) = await Step(readTo, cancellationToken);
    }

    private async Task<(long ReadTo, bool IsFull)> Step(long readTo, CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        if (!await AvailabilityReader.HasNews(connection, readTo, cancellationToken)) return (readTo, false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var step = await AvailabilityReader.Read(connection, transaction, readTo, cancellationToken);
        var unit = new UnitOfWork();
        foreach (var products in step.Moved.Chunk(AvailabilityChanged.Most))
            await composer.Publish(
                unit, new AvailabilityChanged { Products = products }, Guid.CreateVersion7(), Source, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        outbox.Append(batch, unit);
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await outbox.Deliver(unit, cancellationToken);
        if (step.Moved.Count > 0) LogMoved(step.Moved.Count);
        return (step.ReadTo, step.IsFull);
    }

    [LoggerMessage(LogLevel.Debug, "{Count} products went to another band of availability.")]
    private partial void LogMoved(int count);
}
