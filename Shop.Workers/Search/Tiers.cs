using Npgsql;
using Shop.Workers.Import;
using Shop.Words;

namespace Shop.Workers.Search;

/// <summary>
/// Which products are looked at first. The thousand with the most popularity are the first tier, as many again the second,
/// then twice as many each. They are drawn anew when the index has doubled, and before each rebuild; in between they are
/// roughly right, which is enough, since hits are ranked by their true popularity.
/// </summary>
internal sealed class Tiers
{
    private readonly List<double> _lowest;

    private Tiers(List<double> lowest) => _lowest = lowest;

    /// <summary>Popularity, and below the point a number of its own for each product, so that no two are equal.</summary>
    public static double StandingOf(SearchDocument document) =>
        document.Popularity + (StableHash.Of(document.Sku) >> 40) / (double)(1 << 24);

    public int Of(double standing)
    {
        var tier = 0;
        while (tier < _lowest.Count && tier < Marks.Tiers - 1 && standing < _lowest[tier]) tier++;
        return tier;
    }

    public static async Task<Tiers> Read(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select standing from search.tier order by tier", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var lowest = new List<double>();
        while (await reader.ReadAsync(cancellationToken)) lowest.Add(reader.GetDouble(0));
        return new Tiers(lowest);
    }

    /// <summary>
    /// Draws them from what is on sale, and not from an index, so that one that is filled anew has its tiers before its
    /// documents. Products of the same popularity are parted as their fractions are spread: evenly.
    /// </summary>
    /// <returns>With how many products there are.</returns>
    public static async Task<(Tiers Tiers, long Products)> Draw(
        IAsyncEnumerable<(long Popularity, long Products)> popularities, CancellationToken cancellationToken)
    {
        var lowest = new List<double>();
        var (products, rank) = (0L, (long)Marks.FirstTier);
        await foreach (var (popularity, alike) in popularities.WithCancellation(cancellationToken))
        {
            for (; rank <= products + alike && lowest.Count < Marks.Tiers; rank *= 2)
                lowest.Add(popularity + (products + alike - rank) / (double)alike);
            products += alike;
        }

        return (new Tiers(lowest), products);
    }

    /// <summary>Lets everyone who puts documents into an index go by these.</summary>
    public async Task Write(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with forgotten as (delete from search.tier where tier >= cardinality($1))
            insert into search.tier (tier, standing)
            select tier - 1, standing from unnest($1) with ordinality as t (standing, tier)
            on conflict (tier) do update set standing = excluded.standing
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<double[]> { TypedValue = [.. _lowest] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
