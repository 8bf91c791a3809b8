using System.Diagnostics.Metrics;
using Npgsql;
using Quartz;
using Shop.Contracts.Catalog;
using Shop.Messaging;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Catalog;

/// <summary>
/// Compares the catalogue's copy of every rating with what reviews publish, and mends and tells what differs. What was
/// posted in the last seconds is among it, since its event is still on the way.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class MendRatingsJob(
    Database<CatalogDbContext> database, Ratings ratings, OutboxWriter<CatalogDbContext> outbox, MessageComposer composer,
    ILogger<MendRatingsJob> logger) : IJob
{
    private const string SliceSql =
        "select sku, rating_average, rating_count from catalog.product where sku > $1 order by sku limit $2";

    private static readonly Meter Meter = new("Shop.Workers.Catalog");

    private static readonly Gauge<int> Drift = Meter.CreateGauge<int>(
        "shop.catalogue.rating_drift", "{product}",
        "Products whose rating in lists was not what reviews publish at the last comparison");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var mended = await Mend(cancellationToken);
        Drift.Record(mended);
        if (mended > 0) LogMended(mended);
    }

    /// <summary>In slices, each with short statements of its own.</summary>
    /// <returns>How many products' ratings had to be mended.</returns>
    public async Task<int> Mend(CancellationToken cancellationToken)
    {
        var mended = 0;
        for (var (after, products) = ("", Ratings.MostAtOnce); products == Ratings.MostAtOnce;)
        {
            var slice = await Slice(after, cancellationToken);
            products = slice.Count;
            if (products == 0) break;
            after = slice[^1].Sku;
            var published = await ratings.Read([.. slice.Select(product => product.Sku)], cancellationToken);
            var differing = slice.Where(product => product.Rating != published.GetValueOrDefault(product.Sku))
                .Select(product => product.Sku).ToList();
            if (differing.Count > 0) mended += await TakeOver(differing, cancellationToken);
        }

        return mended;
    }

    private async Task<List<(string Sku, Rating Rating)>> Slice(string after, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(SliceSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Ratings.MostAtOnce });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var slice = new List<(string Sku, Rating Rating)>();
        while (await reader.ReadAsync(cancellationToken))
            slice.Add((reader.GetString(0), new Rating(reader.GetDouble(1), reader.GetInt32(2))));
        return slice;
    }

    private async Task<int> TakeOver(List<string> skus, CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var changed = await ratings.TakeOver(connection, skus, cancellationToken);
        if (changed.Count == 0) return 0;
        var (unit, id) = (new UnitOfWork(), Guid.CreateVersion7());
        await composer.Publish(unit, new ProductsChanged { Products = changed }, id, id, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        outbox.Append(batch, unit);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await outbox.Deliver(unit, cancellationToken);
        return changed.Count;
    }

    [LoggerMessage(LogLevel.Information, "The ratings of {Products} products were not what reviews publish; they are mended.")]
    private partial void LogMended(int products);
}
