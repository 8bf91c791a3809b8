using Npgsql;
using Shop.Messaging.Audit;

namespace Shop.Workers.Orders;

/// <summary>Orders as others see them, to hold a context's own rows against.</summary>
internal static class OrderStates
{
    /// <summary>What an order's last step has set going is done by then.</summary>
    private static readonly TimeSpan AtRest = TimeSpan.FromMinutes(1);

    /// <param name="name">The check's.</param>
    /// <param name="own">The context's database.</param>
    /// <param name="reads">Where the orders' views are.</param>
    /// <param name="judge">Of the orders $1 (ids), $2 (statuses), $3 (totals in minor units) the wrong ones, with why.</param>
    public static AuditCheck Check(string name, NpgsqlDataSource own, NpgsqlDataSource reads, string judge) => new()
    {
        Name = name,
        Source = reads,
        Changed = "select distinct order_id::text from orders.order_change_view where at >= $1 and at < $2",
        Walk = """
            select id::text from orders.order_state_view
            where id > coalesce(nullif($1, '')::uuid, '00000000-0000-0000-0000-000000000000') order by id limit $2
            """,
        Lag = AtRest,
        Judge = async (subjects, cancellationToken) =>
        {
            var (ids, statuses, totals) = await Read(reads, subjects, cancellationToken);
            await using var command = own.CreateCommand(judge);
            command.Parameters.AddWithValue(ids);
            command.Parameters.AddWithValue(statuses);
            command.Parameters.AddWithValue(totals);
            return await AuditCheck.Read(command, cancellationToken);
        },
    };

    private static async Task<(Guid[] Ids, string[] Statuses, long[] Totals)> Read(
        NpgsqlDataSource reads, string[] subjects, CancellationToken cancellationToken)
    {
        await using var command = reads.CreateCommand("""
            select id, status, total_amount from orders.order_state_view
            where id = any($1::uuid[]) and changed_at < now() - $2
            """);
        command.Parameters.AddWithValue(subjects);
        command.Parameters.AddWithValue(AtRest);
        var orders = new List<(Guid Id, string Status, long Total)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            orders.Add((reader.GetGuid(0), reader.GetString(1), reader.GetInt64(2)));
        return ([.. orders.Select(order => order.Id)], [.. orders.Select(order => order.Status)],
            [.. orders.Select(order => order.Total)]);
    }
}
