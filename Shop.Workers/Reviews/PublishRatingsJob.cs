using Npgsql;
using Quartz;
using Shop.Contracts.Reviews;
using Shop.Messaging;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Reviews;

/// <summary>
/// Sums up what reviews changed since the last time, and says which ratings moved: one event for many products.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class PublishRatingsJob(
    Database<ReviewsDbContext> database, OutboxWriter<ReviewsDbContext> outbox, MessageComposer composer) : IJob
{
    private const int MostDeltas = 5_000;
    private const int MostRounds = 100;

    private const string SumUpSql = """
        with taken as (
            delete from reviews.rating_delta where id in (
                select id from reviews.rating_delta order by id limit $1 for update skip locked)
            returning sku, ones, twos, threes, fours, fives
        )
        insert into reviews.rating as r (sku, ones, twos, threes, fours, fives)
        select sku, sum(ones), sum(twos), sum(threes), sum(fours), sum(fives) from taken group by sku order by sku
        on conflict (sku) do update set ones = r.ones + excluded.ones, twos = r.twos + excluded.twos,
            threes = r.threes + excluded.threes, fours = r.fours + excluded.fours, fives = r.fives + excluded.fives
        returning sku, ones, twos, threes, fours, fives
        """;

    /// <summary>
    /// All that are not published yet go one after the other, so that an older rating does not come last.
    /// </summary>
    private static readonly Guid Source = new("a5b1f0c4-6a0e-4c6e-8d8e-3f7c5f0f7f21");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostRounds && await Publish(cancellationToken) > 0;) round++;
    }

    /// <returns>How many products' ratings moved.</returns>
    public async Task<int> Publish(CancellationToken cancellationToken)
    {
        var unit = new UnitOfWork();
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ratings = await SumUp(connection, cancellationToken);
        if (ratings.Count == 0) return 0;
        foreach (var some in ratings.Chunk(RatingsChanged.Most))
            await composer.Publish(
                unit, new RatingsChanged { Products = some }, Guid.CreateVersion7(), Source, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        outbox.Append(batch, unit);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await outbox.Deliver(unit, cancellationToken);
        return ratings.Count;
    }

    private static async Task<List<ProductRating>> SumUp(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SumUpSql, connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostDeltas });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ratings = new List<ProductRating>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (count, sum) = (0, 0L);
            for (var stars = 1; stars <= 5; stars++)
            {
                count += reader.GetInt32(stars);
                sum += (long)stars * reader.GetInt32(stars);
            }

            var average = count == 0 ? 0 : Math.Round((double)sum / count, 2);
            ratings.Add(new ProductRating(reader.GetString(0), average, count));
        }

        return ratings;
    }
}
