using Npgsql;
using NpgsqlTypes;
using Shop.Contracts.Orders;

namespace Shop.Workers.Recommendations;

/// <summary>
/// Keeps what was bought together: one row an order and nothing else, since orders come fastest when the shop has least
/// to spare. Counting waits for <see cref="BasketCounter"/>.
/// </summary>
internal static class BasketWriter
{
    private const string RecordSql = """
        insert into recommendations.basket (order_id, skus, quantities, counted, cancelled)
        select order_id, string_to_array(skus, ' '), string_to_array(quantities, ' ')::int[], false, false
        from unnest($1, $2, $3) as bought (order_id, skus, quantities)
        order by order_id
        on conflict (order_id) do nothing
        """;

    private const string TakeBackSql = """
        insert into recommendations.basket (order_id, skus, quantities, counted, cancelled)
        select distinct order_id, '{}'::text[], '{}'::int[], false, true from unnest($1) as ended (order_id)
        order by order_id
        on conflict (order_id) do update set cancelled = true where not basket.cancelled
        """;

    /// <summary>Appends what remembers confirmed orders; one that is known already stays as it is.</summary>
    public static void Record(NpgsqlBatch batch, IEnumerable<OrderConfirmed> confirmed)
    {
        var (orders, skus, quantities) = (new List<Guid>(), new List<string>(), new List<string>());
        foreach (var order in confirmed)
        {
            var lines = order.Lines.GroupBy(line => line.Sku).ToList();
            orders.Add(order.OrderId);
            skus.Add(string.Join(' ', lines.Select(line => line.Key)));
            quantities.Add(string.Join(' ', lines.Select(line => line.Sum(each => each.Quantity))));
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand(RecordSql)
        {
            Parameters =
            {
                Array(orders, NpgsqlDbType.Uuid), Array(skus, NpgsqlDbType.Text), Array(quantities, NpgsqlDbType.Text),
            },
        });
    }

    /// <summary>
    /// Appends what takes back orders that ended after they had been confirmed, also those that have yet to come.
    /// </summary>
    public static void TakeBack(NpgsqlBatch batch, IEnumerable<OrderEnded> ended)
    {
        var orders = ended.Where(order => order.WasConfirmed).Select(order => order.OrderId).ToList();
        if (orders.Count == 0) return;
        batch.BatchCommands.Add(new NpgsqlBatchCommand(TakeBackSql)
        {
            Parameters = { Array(orders, NpgsqlDbType.Uuid) },
        });
    }

    private static NpgsqlParameter Array<T>(IReadOnlyCollection<T> values, NpgsqlDbType type) =>
        new NpgsqlParameter<T[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type };
}
