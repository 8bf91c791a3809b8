using Npgsql;
using NpgsqlTypes;
using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>What one reading of the ledger found: the SKUs whose band moved, and where it ended.</summary>
internal sealed record AvailabilityStep(IReadOnlyList<ProductAvailability> Moved, long ReadTo, bool IsFull);

/// <summary>
/// Brings the bands up to date with the ledger, see <see cref="AvailabilityProgress"/>. Each entry is read twice at least,
/// the second time when all that was under way at the first has ended.
/// </summary>
internal static class AvailabilityReader
{
    public const int Most = 20_000;

    private const string HasNewsSql = """
        select exists (select from inventory.ledger_entry l where l.id > greatest(p.position, $1))
        from inventory.availability_progress p
        """;

    // Nobody writes to the ledger for a minute: a transaction that old is someone else's, on the same server.
    private const string ProgressSql = """
        select position, candidate, candidate_xid <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
            or candidate_at < now() - interval '1 minute'
        from inventory.availability_progress for no key update
        """;

    private const string LedgerSql = """
        select count(*), coalesce(max(id), 0), coalesce(array_agg(distinct sku), '{}'),
            pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        from (select id, sku from inventory.ledger_entry where id > $1 order by id limit $2) entry
        """;

    // A row that meets a conflict is locked, which is written to disk, even when it stays as it was: most do.
    private const string BandsSql = $"""
        insert into inventory.availability as a (sku, band)
        select sku, band
        from (
            select sku, {AvailabilityBand.OfUnits} as band
            from (
                select sku, sum(on_hand - reserved - sold) as units
                from inventory.stock_item where sku = any((select $1)::text[]) group by sku) counted) banded
        where not exists (select from inventory.availability known where known.sku = banded.sku and known.band = banded.band)
        order by sku
        on conflict (sku) do update set band = excluded.band, changed_at = now() where a.band <> excluded.band
        returning sku, band
        """;

    private const string AdvanceSql = """
        update inventory.availability_progress set position = $1, candidate = $2,
            candidate_xid = case when candidate = $2 then candidate_xid else $3 end,
            candidate_at = case when candidate = $2 then candidate_at else now() end
        """;

    public static async Task<bool> HasNews(
        NpgsqlConnection connection, long readTo, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(HasNewsSql, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = readTo });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>
    /// Reads on from where the same run came to, or from the position. One after the other, however many call: the
    /// progress is locked until the transaction ends.
    /// </summary>
    public static async Task<AvailabilityStep> Read(
        NpgsqlConnection connection, NpgsqlTransaction transaction, long readTo, CancellationToken cancellationToken)
    {
        var (position, candidate, isSettled) = await ReadProgress(connection, transaction, cancellationToken);
        var from = Math.Max(readTo, position);
        var (count, last, skus, xid) = await ReadLedger(connection, transaction, from, cancellationToken);
        var isFull = count == Most;
        var moved = await WriteBands(connection, transaction, skus, cancellationToken);
        if (isSettled)
        {
            if (from == position) position = isFull ? Math.Min(candidate, last) : candidate;
            candidate = Math.Max(candidate, last);
            await Advance(connection, transaction, position, candidate, xid, cancellationToken);
        }

        return new AvailabilityStep(moved, Math.Max(from, last), isFull);
    }

    private static async Task<(long Position, long Candidate, bool IsSettled)> ReadProgress(
        NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ProgressSql, connection, transaction);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetBoolean(2));
    }

    private static async Task<(long Count, long Last, string[] Skus, long Xid)> ReadLedger(
        NpgsqlConnection connection, NpgsqlTransaction transaction, long from, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LedgerSql, connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<string[]>(2), reader.GetInt64(3));
    }

    private static async Task<List<ProductAvailability>> WriteBands(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string[] skus, CancellationToken cancellationToken)
    {
        var moved = new List<ProductAvailability>();
        if (skus.Length == 0) return moved;
        await using var command = new NpgsqlCommand(BandsSql, connection, transaction);
        command.Parameters.Add(SqlArrays.Of(skus, NpgsqlDbType.Text));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            moved.Add(new ProductAvailability(reader.GetString(0), reader.GetString(1)));
        return moved;
    }

    private static async Task Advance(
        NpgsqlConnection connection, NpgsqlTransaction transaction, long position, long candidate, long xid,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(AdvanceSql, connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = candidate });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = xid });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
