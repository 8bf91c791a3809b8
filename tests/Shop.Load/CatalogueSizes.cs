using Npgsql;

namespace Shop.Load;

/// <summary>How large a table or an index of the catalogue or the search is.</summary>
/// <param name="Name">With its schema.</param>
/// <param name="IsIndex">Whether it is an index.</param>
/// <param name="Rows">As PostgreSQL estimates them; of an index, its entries.</param>
/// <param name="Bytes">Of a table with what is stored beside it, but without its indexes.</param>
internal sealed record CatalogueSize(string Name, bool IsIndex, long Rows, long Bytes);

internal static class CatalogueSizes
{
    private const long SmallestShown = 64 * 1024;

    /// <summary>The largest first.</summary>
    public static async Task<IReadOnlyList<CatalogueSize>> Read(
        NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select n.nspname || '.' || c.relname, c.relkind = 'i', greatest(c.reltuples, 0)::bigint,
                case when c.relkind = 'i' then pg_relation_size(c.oid) else pg_table_size(c.oid) end as bytes
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('catalog', 'search') and c.relkind in ('r', 'i')
            order by bytes desc, 1
            """);
        var sizes = new List<CatalogueSize>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            sizes.Add(new CatalogueSize(
                reader.GetString(0), reader.GetBoolean(1), reader.GetInt64(2), reader.GetInt64(3)));
        sizes.RemoveAll(size => size.Bytes < SmallestShown);
        return sizes;
    }
}
