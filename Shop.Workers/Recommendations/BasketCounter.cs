using System.Diagnostics;
using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Recommendations;

/// <summary>
/// Brings the counts up to the baskets, hundreds at a time: adds what is new, takes out what was called off or has
/// become too old. Each slice is one statement, so a basket is marked as counted exactly when it is.
/// </summary>
internal sealed class BasketCounter(Database<RecommendationsDbContext> database)
{
    /// <summary>Of a large order only so many lines make pairs, the first.</summary>
    public const int MostLinesPaired = 20;

    private const int MostBaskets = 500;
    private const int MostSlices = 2_000;

    private static readonly string CountSql = $"""
        with due as (
            select order_id, skus, quantities, case when cancelled then -1 else 1 end as sign
            from recommendations.basket
            where counted = cancelled
            order by recorded_at limit {MostBaskets} for update skip locked
        ), turned as (
            update recommendations.basket b set counted = not b.counted from due where b.order_id = due.order_id
        ), lines as (
            select due.order_id, due.sign, line.sku, line.quantity, line.place
            from due
            cross join lateral unnest(due.skus, due.quantities) with ordinality as line (sku, quantity, place)
        ), products as (
            insert into recommendations.product_count as p (sku, orders, units)
            select sku, sum(sign), sum(sign * quantity) from lines group by sku order by sku
            on conflict (sku) do update set orders = p.orders + excluded.orders, units = p.units + excluded.units,
                revision = p.revision + 1
        ), pairs as (
            insert into recommendations.pair_count as p (sku, other, orders)
            select a.sku, b.sku, sum(a.sign)
            from lines a
            join lines b on b.order_id = a.order_id and b.sku > a.sku
            where a.place <= {MostLinesPaired} and b.place <= {MostLinesPaired}
            group by a.sku, b.sku
            order by a.sku, b.sku
            on conflict (sku, other) do update set orders = p.orders + excluded.orders
        ), total as (
            insert into recommendations.order_count as t (id, orders)
            select 1, sum(sign) from due having count(*) > 0
            on conflict (id) do update set orders = t.orders + excluded.orders
        )
        select count(*)::int from due
        """;

    private static readonly string AgeSql = $"""
        with aged as (
            update recommendations.basket set cancelled = true
            where order_id = any(array(
                select order_id from recommendations.basket
                where recorded_at < now() - $1 and not cancelled
                order by recorded_at limit {MostBaskets}))
            returning 1
        )
        select count(*)::int from aged
        """;

    private static readonly string ForgetBasketsSql = $"""
        with forgotten as (
            delete from recommendations.basket
            where cancelled and not counted and order_id = any(array(
                select order_id from recommendations.basket
                where recorded_at < now() - $1 and cancelled and not counted
                order by recorded_at limit {MostBaskets}))
            returning 1
        )
        select count(*)::int from forgotten
        """;

    private static readonly string ForgetPairsSql = $"""
        with forgotten as (
            delete from recommendations.pair_count
            where orders <= 0 and ctid = any(array(
                select ctid from recommendations.pair_count where orders <= 0 limit {MostBaskets}))
            returning 1
        )
        select count(*)::int from forgotten
        """;

    /// <summary>Counts what is due.</summary>
    /// <param name="cancellationToken">Ends it between two slices.</param>
    /// <param name="budget">After which no other slice is begun; all that is due if it is left out.</param>
    /// <returns>How many baskets were counted in or out.</returns>
    public Task<int> Count(CancellationToken cancellationToken, TimeSpan? budget = null) =>
        Repeat(CountSql, null, cancellationToken, budget);

    /// <summary>Counts what is due, and forgets orders that are older than the window, and pairs that nobody bought in it.</summary>
    public async Task CountAndForget(
        TimeSpan window, CancellationToken cancellationToken, TimeSpan? budget = null)
    {
        await Repeat(AgeSql, window, cancellationToken);
        await Count(cancellationToken, budget);
        await Repeat(ForgetBasketsSql, window, cancellationToken);
        await Repeat(ForgetPairsSql, null, cancellationToken);
    }

    private async Task<int> Repeat(
        string sql, TimeSpan? window, CancellationToken cancellationToken, TimeSpan? budget = null)
    {
        var sum = 0;
        var began = Stopwatch.GetTimestamp();
        for (var (slice, done) = (0, MostBaskets); slice < MostSlices && done == MostBaskets; slice++)
        {
            if (slice > 0 && Stopwatch.GetElapsedTime(began) > budget) break;
            await using var command = database.Source.CreateCommand(sql);
            if (window is { } age) command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = age });
            done = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
            sum += done;
        }

        return sum;
    }
}
