using Npgsql;
using Quartz;
using Shop.Messaging.Audit;
using Shop.Messaging.Hosting;
using Shop.Workers.Orders;

namespace Shop.Workers.Payments;

/// <summary>What must hold of money: I2 by our books and by the provider's, and I4 as far as it is about money.</summary>
internal static class PaymentsAudit
{
    /// <summary>Each payment is what its entries say; at most what is authorised is taken, and at most that given back.</summary>
    private const string Books = """
        select p.order_id::text, concat_ws('; ',
            case when e.authorizations > 1 then 'authorised ' || e.authorizations || ' times' end,
            case when e.authorized <> p.amount then 'authorised ' || e.authorized || ' of ' || p.amount end,
            case when e.captured <> p.captured_amount then 'taken ' || p.captured_amount || ', by its entries ' || e.captured end,
            case when e.refunded <> p.refunded_amount
                then 'given back ' || p.refunded_amount || ', by its entries ' || e.refunded end,
            case when e.captured > p.amount then 'taken ' || e.captured || ' of ' || p.amount end,
            case when e.refunded > e.captured then 'given back ' || e.refunded || ' of ' || e.captured end,
            case when p.status in ('AUTHORIZED', 'CAPTURED') and e.authorizations = 0 then 'held without an authorisation' end)
        from payments.payment p
        cross join lateral (
            select count(*) filter (where kind = 'AUTHORIZATION') as authorizations,
                sum(amount) filter (where kind = 'AUTHORIZATION') as authorized,
                coalesce(sum(amount) filter (where kind = 'CAPTURE'), 0) as captured,
                coalesce(sum(amount) filter (where kind = 'REFUND'), 0) as refunded
            from payments.payment_entry where order_id = p.order_id) e
        where p.order_id = any($1::uuid[]) and (
            e.authorizations > 1 or e.authorized <> p.amount or e.captured <> p.captured_amount
            or e.refunded <> p.refunded_amount or e.captured > p.amount or e.refunded > e.captured
            or p.status in ('AUTHORIZED', 'CAPTURED') and e.authorizations = 0)
        """;

    /// <summary>What reconciliation found and neither it nor people have put right.</summary>
    private const string Provider = """
        select order_id::text, string_agg(concat_ws(' ', kind, detail), '; ' order by kind) from payments.finding
        where order_id = any($1::uuid[]) and state = 'OPEN' and kind not in ('VOID_AFTER_CAPTURE', 'UNANSWERED')
        group by order_id
        """;

    private const string OfOrders = """
        select o.id::text, concat_ws(' ', o.status, 'with', coalesce(p.status, 'no payment'), p.captured_amount, 'taken',
            p.refunded_amount, 'given back of', p.amount, 'for', o.total)
        from unnest($1, $2, $3) as o (id, status, total)
        left join payments.payment p on p.order_id = o.id
        where o.status in ('CONFIRMED', 'SHIPPED', 'DELIVERED', 'RETURN_REQUESTED', 'RETURNED', 'REFUNDED') and (
                coalesce(p.status, '') not in ('AUTHORIZED', 'CAPTURED') or p.amount <> o.total)
            or o.status = 'REFUNDED' and p.refunded_amount = 0
            or o.status in ('OUT_OF_STOCK', 'PAYMENT_FAILED', 'CANCELLED', 'EXPIRED') and (
                p.status in ('AUTHORIZING', 'AUTHORIZED') or p.captured_amount > p.refunded_amount)
        """;

    public static IReadOnlyList<AuditCheck> Checks(NpgsqlDataSource payments, NpgsqlDataSource reads) =>
    [
        new()
        {
            Name = "I2",
            Source = payments,
            Changed = "select distinct order_id::text from payments.payment_entry where at >= $1 and at < $2",
            Walk = """
                select order_id::text from payments.payment
                where order_id > coalesce(nullif($1, '')::uuid, '00000000-0000-0000-0000-000000000000')
                order by order_id limit $2
                """,
            Judge = AuditCheck.By(payments, Books),
        },
        new()
        {
            Name = "I2 provider",
            Source = payments,
            Walk = """
                select distinct order_id::text from payments.finding
                where state = 'OPEN' and order_id::text > $1 order by 1 limit $2
                """,
            Count = "select count(*) from payments.provider_payment where created_at > now() - interval '1 day'",
            Judge = AuditCheck.By(payments, Provider),
        },
        OrderStates.Check("I4 money", payments, reads, OfOrders),
    ];
}

/// <summary>Judges the money's invariants a little at a time.</summary>
[DisallowConcurrentExecution]
internal sealed class AuditPaymentsJob(Database<PaymentsDbContext> database, ReadsDatabase reads) : IJob
{
    private readonly AuditBook _book = new(database.Source, PaymentsDbContext.Schema);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        foreach (var check in PaymentsAudit.Checks(database.Source, reads.Source))
            await _book.Evaluate(check, cancellationToken);
    }
}
