using Npgsql;
using Quartz;
using Shop.Messaging.Audit;
using Shop.Messaging.Hosting;

namespace Shop.Sagas.Checkout;

/// <summary>What must hold of orders by themselves: I3, that they come to an end, and I6, that their history is whole.</summary>
internal static class OrdersAudit
{
    /// <summary>Twice what the steps of a checkout may take. What the provider leaves open may take a day.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    private const string Stuck = """
        select o.id::text, concat_ws(' ', o.status, 'since', h.at)
        from orders.orders o
        cross join lateral (select max(at) as at from orders.order_history where order_id = o.id) h
        where o.id = any($1::uuid[]) and (
            o.status in ('RECEIVED', 'PENDING_PAYMENT') and h.at < now() - interval '15 minutes'
            or o.status = 'PAYMENT_UNKNOWN' and h.at < now() - interval '26 hours')
        """;

    private const string History = """
        select o.id::text, concat_ws(' ', o.status, 'after', o.history_sequence, 'steps; its history has', h.steps,
            'and ends with', h.last)
        from orders.orders o
        cross join lateral (
            select count(*) as steps, min(sequence) as first, max(sequence) as greatest,
                (array_agg(status order by sequence desc))[1] as last
            from orders.order_history where order_id = o.id) h
        where o.id = any($1::uuid[]) and (
            h.steps <> o.history_sequence
            or h.steps > 0 and (h.first <> 1 or h.greatest <> h.steps or h.last <> o.status))
        """;

    private const string Changed =
        "select distinct order_id::text from orders.order_history where at >= $1 and at < $2";

    private const string Walk = """
        select id::text from orders.orders
        where id > coalesce(nullif($1, '')::uuid, '00000000-0000-0000-0000-000000000000') order by id limit $2
        """;

    public static IReadOnlyList<AuditCheck> Checks(NpgsqlDataSource orders) =>
    [
        new()
        {
            Name = "I3", Source = orders, Changed = Changed, Walk = Walk, Lag = Deadline, Judge = AuditCheck.By(orders, Stuck),
        },
        new() { Name = "I6", Source = orders, Changed = Changed, Walk = Walk, Judge = AuditCheck.By(orders, History) },
    ];
}

/// <summary>Judges the orders' invariants a little at a time.</summary>
[DisallowConcurrentExecution]
internal sealed class AuditOrdersJob(Database<OrdersDbContext> database) : IJob
{
    private readonly AuditBook _book = new(database.Source, OrdersDbContext.Schema);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        foreach (var check in OrdersAudit.Checks(database.Source)) await _book.Evaluate(check, cancellationToken);
    }
}
