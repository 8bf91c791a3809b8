using System.Diagnostics.Metrics;
using Npgsql;
using Quartz;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Reviews;

/// <summary>
/// Counts the reviews of every product anew and compares: the difference must be 0. Where it is not, it is said, and
/// mended with a delta like any other, which is right whatever is posted meanwhile, since a review and its delta are
/// seen together or not at all.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class RecountRatingsJob(
    Database<ReviewsDbContext> database, ILogger<RecountRatingsJob> logger) : IJob
{
    private const int MostProducts = 500;

    private const string RecountSql = """
        with page as (
            select sku from (
                (select sku from reviews.rating where sku > $1 order by sku limit $2)
                union
                (select sku from reviews.rating_delta where sku > $1 order by sku limit $2)
                union
                (select distinct sku from reviews.review where sku > $1 order by sku limit $2)) known
            order by sku limit $2
        ), counted as (
            select sku, count(*) filter (where rating = 1) as ones, count(*) filter (where rating = 2) as twos,
                count(*) filter (where rating = 3) as threes, count(*) filter (where rating = 4) as fours,
                count(*) filter (where rating = 5) as fives
            from reviews.review where sku in (select sku from page) group by sku
        ), kept as (
            select sku, sum(ones) as ones, sum(twos) as twos, sum(threes) as threes, sum(fours) as fours,
                sum(fives) as fives
            from (
                select sku, ones, twos, threes, fours, fives from reviews.rating
                where sku in (select sku from page)
                union all
                select sku, ones, twos, threes, fours, fives from reviews.rating_delta
                where sku in (select sku from page)) both_tables
            group by sku
        ), drift as (
            select sku, coalesce(c.ones, 0) - coalesce(k.ones, 0) as ones,
                coalesce(c.twos, 0) - coalesce(k.twos, 0) as twos,
                coalesce(c.threes, 0) - coalesce(k.threes, 0) as threes,
                coalesce(c.fours, 0) - coalesce(k.fours, 0) as fours,
                coalesce(c.fives, 0) - coalesce(k.fives, 0) as fives
            from page left join counted c using (sku) left join kept k using (sku)
        ), mended as (
            insert into reviews.rating_delta (sku, ones, twos, threes, fours, fives)
            select sku, ones, twos, threes, fours, fives from drift
            where (ones, twos, threes, fours, fives) <> (0, 0, 0, 0, 0)
            returning sku
        )
        select (select count(*)::int from page), (select max(sku) from page), (select count(*)::int from mended)
        """;

    private static readonly Meter Meter = new("Shop.Workers.Reviews");

    private static readonly Gauge<int> Drift = Meter.CreateGauge<int>(
        "shop.reviews.drift", "{product}", "Products whose rating was not the sum of their reviews at the last recount");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var drifted = await Recount(cancellationToken);
        Drift.Record(drifted);
        if (drifted > 0) LogDrift(drifted);
    }

    /// <summary>In slices, each a short statement of its own.</summary>
    /// <returns>How many products' ratings had to be mended.</returns>
    public async Task<int> Recount(CancellationToken cancellationToken)
    {
        var drifted = 0;
        for (var (after, products) = ("", MostProducts); products == MostProducts;)
        {
            await using var command = database.Source.CreateCommand(RecountSql);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostProducts });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            products = reader.GetInt32(0);
            if (products > 0) after = reader.GetString(1);
            drifted += reader.GetInt32(2);
        }

        return drifted;
    }

    [LoggerMessage(
        LogLevel.Error, "The ratings of {Products} products were not the sum of their reviews; they are mended.")]
    private partial void LogDrift(int products);
}
