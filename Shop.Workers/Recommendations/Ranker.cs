using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Shop.Contracts.Recommendations;
using Shop.Messaging.Hosting;
using StackExchange.Redis;

namespace Shop.Workers.Recommendations;

/// <summary>
/// Writes to Redis what goes with each product whose counts changed, and now and then with all others, since what
/// stands there has an end.
/// </summary>
internal sealed class Ranker(
    Database<RecommendationsDbContext> database, ReadsDatabase reads, IConnectionMultiplexer redis,
    IOptions<RedisOptions> redisOptions, IOptions<RecommendationOptions> options)
{
    private const int MostProducts = 200;
    private const int MostSlices = 200;
    private const int MostPartners = 500;

    private const string DueSql = """
        (select sku, orders, revision from recommendations.product_count
            where revision <> ranked_revision and ranked_at < now() - $1 order by ranked_at limit $3)
        union
        (select sku, orders, revision from recommendations.product_count
            where ranked_at < now() - $2 order by ranked_at limit $3)
        """;

    private const string PartnersSql = """
        select w.sku, c.other, c.orders, p.orders
        from unnest((select $1)) as w (sku)
        cross join lateral (
            select other, orders from (
                select other, orders from recommendations.pair_count where sku = w.sku and orders >= $2
                union all
                select sku, orders from recommendations.pair_count where other = w.sku and orders >= $2) both_sides
            order by orders desc, other limit $3) c
        join recommendations.product_count p on p.sku = c.other
        """;

    private const string RankedSql = """
        update recommendations.product_count p
        set ranked_revision = r.revision, ranked_at = now(), category_id = coalesce(r.category_id, p.category_id)
        from unnest($1, $2, $3) as r (sku, revision, category_id)
        where p.sku = r.sku
        """;

    private const string ForgetSql = """
        delete from recommendations.product_count
        where sku = any($1) and orders <= 0 and revision = ranked_revision
        """;

    private const string CategoriesSql =
        "select sku, category_id from catalog.product_view where sku = any((select $1)::text[])";

    private static readonly string Mark = RelatedProducts.KeyOf(".ranked");

    /// <summary>Ranks what is due.</summary>
    /// <returns>How many products were ranked.</returns>
    /// <exception cref="RedisException">Redis is away; the rest stays due.</exception>
    public async Task<int> Rank(CancellationToken cancellationToken)
    {
        await BeginAnewIfForgotten(cancellationToken);
        var ranked = 0;
        for (var (slice, some) = (0, MostProducts); slice < MostSlices && some >= MostProducts; slice++)
        {
            var products = await Due(cancellationToken);
            some = products.Count;
            if (some == 0) break;
            var skus = products.ConvertAll(product => product.Sku);
            var all = await AllOrders(cancellationToken);
            var partners = await Partners(skus, cancellationToken);
            var categories = await Categories(skus, cancellationToken);
            await Task.WhenAll(products.Select(product =>
                Write(product.Sku, Ranking.Best(product.Orders, all, partners[product.Sku]))));
            await MarkRanked(products, categories, cancellationToken);
            ranked += some;
        }

        return ranked;
    }

    /// <summary>A Redis that was flushed has lost the mark with the lists: all are written anew.</summary>
    private async Task BeginAnewIfForgotten(CancellationToken cancellationToken)
    {
        var key = redisOptions.Value.KeyPrefix + Mark;
        if (await redis.GetDatabase().KeyExistsAsync(key)) return;
        await using var command = database.Source.CreateCommand(
            "update recommendations.product_count set ranked_at = '-infinity' where ranked_at > '-infinity'");
        await command.ExecuteNonQueryAsync(cancellationToken);
        await redis.GetDatabase().StringSetAsync(key, "1");
    }

    /// <summary>Calls that are not waited for one by one go to the server in one pipeline.</summary>
    private Task Write(string sku, IReadOnlyList<string> related)
    {
        var key = redisOptions.Value.KeyPrefix + RelatedProducts.KeyOf(sku);
        return related.Count == 0
            ? redis.GetDatabase().KeyDeleteAsync(key)
            : redis.GetDatabase().StringSetAsync(key, RelatedProducts.Write(related), options.Value.KeepFor);
    }

    private async Task<List<Product>> Due(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(DueSql);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.RankAgainAfter });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.KeepFor / 2 });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostProducts });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var products = new List<Product>();
        while (await reader.ReadAsync(cancellationToken))
            products.Add(new Product(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        return products;
    }

    private async Task<long> AllOrders(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("select orders from recommendations.order_count");
        return await command.ExecuteScalarAsync(cancellationToken) is long orders ? orders : 0;
    }

    private async Task<ILookup<string, Partner>> Partners(List<string> skus, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(PartnersSql);
        command.Parameters.Add(Array(skus, NpgsqlDbType.Text));
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Ranking.LeastTogether });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostPartners });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<(string Sku, Partner Partner)>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add((reader.GetString(0), new Partner(reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3))));
        return found.ToLookup(each => each.Sku, each => each.Partner);
    }

    private async Task<Dictionary<string, string>> Categories(List<string> skus, CancellationToken cancellationToken)
    {
        await using var command = reads.Source.CreateCommand(CategoriesSql);
        command.Parameters.Add(Array(skus, NpgsqlDbType.Text));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var categories = new Dictionary<string, string>();
        while (await reader.ReadAsync(cancellationToken)) categories[reader.GetString(0)] = reader.GetString(1);
        return categories;
    }

    private async Task MarkRanked(
        List<Product> products, Dictionary<string, string> categories, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(RankedSql);
        command.Parameters.Add(Array(products.Select(product => product.Sku), NpgsqlDbType.Text));
        command.Parameters.Add(Array(products.Select(product => product.Revision), NpgsqlDbType.Bigint));
        command.Parameters.Add(Array(
            products.Select(product => categories.GetValueOrDefault(product.Sku)), NpgsqlDbType.Text));
        await command.ExecuteNonQueryAsync(cancellationToken);
        var gone = products.Where(product => product.Orders <= 0).Select(product => product.Sku).ToList();
        if (gone.Count == 0) return;
        await using var forget = database.Source.CreateCommand(ForgetSql);
        forget.Parameters.Add(Array(gone, NpgsqlDbType.Text));
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter Array<T>(IEnumerable<T> values, NpgsqlDbType type) =>
        new NpgsqlParameter<T[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type };

    private sealed record Product(string Sku, long Orders, long Revision);
}
