using Npgsql;
using NpgsqlTypes;
using Shop.Contracts.Catalog;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Catalog;

/// <summary>The mean of so many ratings of 1 to 5; 0 of none.</summary>
internal readonly record struct Rating(double Average, int Count);

/// <summary>
/// What reviews publish of products, and the catalogue's copy of it, which sorts lists. It moves products in their lists,
/// and is no new version of them.
/// </summary>
internal sealed class Ratings(ReadsDatabase reads)
{
    public const int MostAtOnce = 500;

    private const string ReadSql =
        """
        select sku, ones, twos, threes, fours, fives from reviews.rating_view where sku = any((select $1)::text[])
        """;

    // In the order of the SKUs, as by those who write products.
    private const string LockSql =
        "select sku from catalog.product where sku = any($1) order by sku for no key update";

    private const string UpdateSql =
        """
        update catalog.product p set rating_average = r.average, rating_count = r.count
        from unnest($1, $2, $3) as r (sku, average, count)
        where p.sku = r.sku and (p.rating_average, p.rating_count) is distinct from (r.average, r.count)
        returning p.sku, p.version
        """;

    /// <summary>As they are now, to the last review; those that have none are left out.</summary>
    public async Task<IReadOnlyDictionary<string, Rating>> Read(
        IReadOnlyCollection<string> skus, CancellationToken cancellationToken)
    {
        await using var command = reads.Source.CreateCommand(ReadSql);
        command.Parameters.Add(SkusOf(skus));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ratings = new Dictionary<string, Rating>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (count, sum) = (0, 0L);
            for (var stars = 1; stars <= 5; stars++)
            {
                count += reader.GetInt32(stars);
                sum += (long)stars * reader.GetInt32(stars);
            }

            if (count > 0) ratings[reader.GetString(0)] = new Rating(Math.Round((double)sum / count, 2), count);
        }

        return ratings;
    }

    /// <summary>
    /// Brings the copies of these products up to what is published, within the connection's transaction. It is read when
    /// they are locked: of two who do so, the later has read the later.
    /// </summary>
    /// <returns>Those whose rating was another. One that is unknown has no list to be moved in.</returns>
    public async Task<IReadOnlyList<ProductVersion>> TakeOver(
        NpgsqlConnection connection, IReadOnlyCollection<string> skus, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(skus.Count, MostAtOnce);
        var known = await Lock(connection, skus, cancellationToken);
        if (known.Count == 0) return [];
        var published = await Read(known, cancellationToken);
        var ratings = known.ConvertAll(sku => published.GetValueOrDefault(sku));
        await using var command = new NpgsqlCommand(UpdateSql, connection);
        command.Parameters.Add(SkusOf(known));
        command.Parameters.Add(new NpgsqlParameter<double[]> { TypedValue = [.. ratings.Select(rating => rating.Average)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. ratings.Select(rating => rating.Count)] });
        var changed = new List<ProductVersion>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            changed.Add(new ProductVersion(reader.GetString(0), reader.GetInt64(1)));
        return changed;
    }

    private static async Task<List<string>> Lock(
        NpgsqlConnection connection, IReadOnlyCollection<string> skus, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LockSql, connection);
        command.Parameters.Add(SkusOf(skus));
        var known = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) known.Add(reader.GetString(0));
        return known;
    }

    private static NpgsqlParameter<string[]> SkusOf(IReadOnlyCollection<string> skus) =>
        new() { TypedValue = [.. skus.Distinct()], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
