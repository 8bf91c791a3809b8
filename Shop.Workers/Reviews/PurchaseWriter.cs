using Npgsql;
using NpgsqlTypes;
using Shop.Contracts.Orders;

namespace Shop.Workers.Reviews;

/// <summary>
/// Keeps what persons bought, order by order, so that repeats and a cancellation that comes first do no harm.
/// </summary>
internal static class PurchaseWriter
{
    private const string Persons = "user:";

    private const string RecordSql = """
        insert into reviews.purchase (order_id, owner, skus, cancelled)
        select order_id, owner, string_to_array(skus, ' '), false
        from unnest($1, $2, $3) as bought (order_id, owner, skus)
        order by order_id
        on conflict (order_id) do nothing
        """;

    private const string TakeBackSql = """
        insert into reviews.purchase (order_id, owner, skus, cancelled)
        select distinct order_id, '', '{}'::text[], true from unnest($1) as ended (order_id)
        order by order_id
        on conflict (order_id) do update set cancelled = true where not purchase.cancelled
        """;

    /// <summary>Appends what remembers confirmed orders; those of guests are passed over.</summary>
    public static void Record(NpgsqlBatch batch, IEnumerable<OrderConfirmed> confirmed)
    {
        var orders = confirmed.Where(order => order.Owner.StartsWith(Persons, StringComparison.Ordinal)).ToList();
        if (orders.Count == 0) return;
        batch.BatchCommands.Add(new NpgsqlBatchCommand(RecordSql)
        {
            Parameters =
            {
                Array(orders.Select(order => order.OrderId), NpgsqlDbType.Uuid),
                Array(orders.Select(order => order.Owner), NpgsqlDbType.Text),
                Array(
                    orders.Select(order => string.Join(' ', order.Lines.Select(line => line.Sku))), NpgsqlDbType.Text),
            },
        });
    }

    /// <summary>Appends what forgets orders that ended after they had been confirmed.</summary>
    public static void TakeBack(NpgsqlBatch batch, IEnumerable<OrderEnded> ended)
    {
        var orders = ended.Where(order => order.WasConfirmed).Select(order => order.OrderId).ToList();
        if (orders.Count == 0) return;
        batch.BatchCommands.Add(new NpgsqlBatchCommand(TakeBackSql)
        {
            Parameters = { Array(orders, NpgsqlDbType.Uuid) },
        });
    }

    private static NpgsqlParameter Array<T>(IEnumerable<T> values, NpgsqlDbType type) =>
        new NpgsqlParameter<T[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type };
}
