using Npgsql;
using Shop.Workers.Import;
using Shop.Words;

namespace Shop.Workers.Search;

/// <summary>
/// Which products are looked at first. The thousand with the most popularity are the first tier, as many again the second,
/// then twice as many each. They are drawn anew when the index has doubled, and by each rebuild; in between they are
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

    /// <summary>Draws them from a table of so many documents.</summary>
    public static async Task<Tiers> Draw(
        NpgsqlConnection connection, string table, long documents, CancellationToken cancellationToken)
    {
        var ranks = new List<long>();
        for (long rank = Marks.FirstTier; rank <= documents && ranks.Count < Marks.Tiers; rank *= 2) ranks.Add(rank);
        await using var command = new NpgsqlCommand(
            $"""
            with drawn as (
                select r.tier - 1 as tier, d.standing
                from unnest($1) with ordinality as r (rank, tier)
                cross join lateral (
                    select standing from search.{table} order by standing desc offset r.rank - 1 limit 1) d
            ), forgotten as (
                delete from search.tier where tier not in (select tier from drawn)
            )
            insert into search.tier (tier, standing) select tier, standing from drawn
            on conflict (tier) do update set standing = excluded.standing
            """, connection);
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. ranks] });
        await command.ExecuteNonQueryAsync(cancellationToken);
        return await Read(connection, cancellationToken);
    }
}
