namespace Shop.Load;

/// <summary>
/// One row of counts for each promise. Columns called <c>wrong: …</c> must be 0; the others show how much was judged.
/// </summary>
internal static class AuditSql
{
    /// <summary>I1: the rows are within bounds, and both the ledger and the reservations add up to them.</summary>
    public const string Stock =
        """
        with ledger as (
          select sku, warehouse, sum(delta_on_hand) as on_hand, sum(delta_reserved) as reserved, sum(delta_sold) as sold
          from inventory.ledger_entry group by sku, warehouse
        ), promised as (
          select line.sku, line.warehouse,
            sum(line.quantity) filter (where r.state = 'HELD') as reserved,
            sum(line.quantity) filter (where r.state = 'SOLD') as sold
          from inventory.reservation r
          cross join lateral jsonb_to_recordset(r.lines) as line (sku text, warehouse text, quantity int)
          where r.state in ('HELD', 'SOLD')
          group by line.sku, line.warehouse
        )
        select
          count(*) as "stock items",
          sum(s.on_hand)::bigint as "on hand",
          sum(s.reserved)::bigint as "reserved",
          sum(s.sold)::bigint as "sold",
          count(*) filter (where s.on_hand < 0 or s.reserved < 0 or s.sold < 0 or s.reserved + s.sold > s.on_hand)
            as "wrong: out of bounds",
          count(*) filter (where (coalesce(s.on_hand, 0), coalesce(s.reserved, 0), coalesce(s.sold, 0))
            <> (coalesce(l.on_hand, 0), coalesce(l.reserved, 0), coalesce(l.sold, 0))) as "wrong: unlike the ledger",
          count(*) filter (where coalesce(s.reserved, 0) <> coalesce(p.reserved, 0)) as "wrong: unlike the holds",
          count(*) filter (where coalesce(s.sold, 0) <> coalesce(p.sold, 0)) as "wrong: unlike the sales"
        from inventory.stock_item s
        full join ledger l using (sku, warehouse)
        full join promised p using (sku, warehouse)
        """;

    /// <summary>
    /// I8: no buyer has, or ever had, more of a sale than the limit of that time; what accounts say is what the ledger adds
    /// up to and what reservations took; and no sale gave more than it offers.
    /// </summary>
    public const string Sales =
        """
        with running as (
          select e.*, sum(e.delta_reserved + e.delta_sold) over (partition by e.sale_id, e.buyer order by e.id) as units
          from inventory.purchase_entry e
        ), ledger as (
          select sale_id, buyer, sum(delta_reserved) as reserved, sum(delta_sold) as sold,
            bool_or(kind = 'RESERVED' and units > unit_limit) as was_over
          from running group by sale_id, buyer
        ), taken as (
          select p."saleId" as sale_id, p.buyer, sum(p.quantity) as reserved
          from inventory.reservation r
          cross join lateral jsonb_to_recordset(r.purchases) as p ("saleId" uuid, buyer text, sku text, quantity int)
          where r.state = 'HELD'
          group by p."saleId", p.buyer
        ), compared as (
          select a.sale_id, a.reserved, a.sold, a.unit_limit, l.reserved as ledger_reserved, l.sold as ledger_sold,
            l.was_over, t.reserved as held
          from inventory.purchase_account a
          full join ledger l using (sale_id, buyer)
          full join taken t using (sale_id, buyer)
        )
        select
          (select count(*) from inventory.sale) as "sales",
          count(*) as "accounts",
          coalesce(sum(reserved + sold), 0)::bigint as "units",
          count(*) filter (where reserved + sold > unit_limit) as "wrong: over the limit",
          count(*) filter (where was_over) as "wrong: was over the limit",
          count(*) filter (where (coalesce(reserved, 0), coalesce(sold, 0))
            <> (coalesce(ledger_reserved, 0), coalesce(ledger_sold, 0))) as "wrong: unlike the ledger",
          count(*) filter (where coalesce(reserved, 0) <> coalesce(held, 0)) as "wrong: unlike the holds",
          (select count(*) from inventory.sale s where s.taken > s.quantity or s.taken <> coalesce(
            (select sum(c.reserved + c.sold) from compared c where c.sale_id = s.id), 0)) as "wrong: unlike the sale"
        from compared
        """;

    /// <summary>What is held or taken of a payment <c>p</c> by its own row, in minor units.</summary>
    private const string Held =
        "case p.status when 'AUTHORIZED' then p.amount when 'CAPTURED' then p.captured_amount "
        + "when 'VOIDED' then p.captured_amount else 0 end - p.refunded_amount";

    /// <summary>I2, by our books: at most one authorisation an order, and payments are what entries say.</summary>
    public const string Money =
        $"""
        with entries as (
          select e.order_id, count(*) filter (where e.kind = 'AUTHORIZATION') as authorizations,
            coalesce(sum(e.amount) filter (where e.kind = 'CAPTURE'), 0) as captured,
            coalesce(sum(e.amount) filter (where e.kind = 'REFUND'), 0) as refunded
          from payments.payment_entry e join audited a on a.id = e.order_id
          group by e.order_id
        )
        select
          count(*) as "payments",
          count(*) filter (where p.status = 'AUTHORIZED') as "authorised",
          count(*) filter (where p.captured_amount > 0) as "captured",
          count(*) filter (where p.refunded_amount > 0) as "refunded",
          sum({Held})::bigint as "minor units held",
          count(*) filter (where e.authorizations > 1) as "wrong: authorised twice",
          count(*) filter (where coalesce(e.authorizations, 0) = 0 and p.status in ('AUTHORIZED', 'CAPTURED')
            or coalesce(e.captured, 0) <> p.captured_amount or coalesce(e.refunded, 0) <> p.refunded_amount)
            as "wrong: unlike the entries",
          count(*) filter (where e.captured > p.amount) as "wrong: captured more than authorised",
          count(*) filter (where e.refunded > e.captured) as "wrong: refunded more than captured",
          count(p.provider_reference) - count(distinct p.provider_reference) as "wrong: provider's payment used twice"
        from payments.payment p
        join audited a on a.id = p.order_id
        left join entries e on e.order_id = p.order_id;
        """;

    /// <summary>I2, by the provider's book as well.</summary>
    public const string MoneyAtProvider =
        $"""
        with theirs as (
          select t.order_id, count(*) filter (where t.authorized > 0) as authorizations, sum(t.held) as held,
            min(t.reference) filter (where t.held > 0) as reference
          from provider_payment t join audited a on a.id = t.order_id
          group by t.order_id
        ), ours as (
          select p.order_id, p.provider_reference, {Held} as held
          from payments.payment p join audited a on a.id = p.order_id
        )
        select
          sum(t.held)::bigint as "minor units held by the provider's journal",
          (select count(*) from provider_payment p
            where p.held > 0 and not exists (select from orders.orders o where o.id = p.order_id))
            as "wrong: held by the provider for no order",
          count(*) filter (where t.authorizations > 1) as "wrong: authorised twice by the provider's journal",
          count(*) filter (where coalesce(o.held, 0) <> coalesce(t.held, 0)) as "wrong: unlike the provider's amount",
          count(*) filter (where o.held > 0 and o.provider_reference is distinct from t.reference)
            as "wrong: unlike the provider's payment"
        from ours o full join theirs t using (order_id);
        """;

    /// <summary>I3: every order answered 202 is there, and at rest.</summary>
    public const string AtRest =
        $"""
        select
          count(*) as "accepted",
          count(*) filter (where o.status in ({Statuses.Bought})) as "confirmed",
          count(*) filter (where o.status not in ({Statuses.Bought}, {Statuses.Live})) as "ended otherwise",
          count(*) filter (where o.status in ({Statuses.Live})) as "wrong: still under way",
          count(*) filter (where o.id is null) as "wrong: missing"
        from audited a left join orders.orders o on o.id = a.id
        """;

    /// <summary>I4: confirmed means stock sold and money authorised; any other end, that neither is held.</summary>
    public const string Endings =
        $"""
        with judged as (
          select
            o.status in ({Statuses.Bought}) as bought,
            o.status in ({Statuses.Live}) as live,
            coalesce(r.state, '') as stock,
            coalesce(p.status, '') as money,
            coalesce(p.captured_amount > p.refunded_amount, false) as taken,
            (p.amount, p.currency) is distinct from (o.total_amount, o.currency) as other_amount,
            (select sum((line->>'quantity')::int) from jsonb_array_elements(r.lines) line)
              is distinct from (select sum((line->>'quantity')::int) from jsonb_array_elements(o.lines) line)
              as other_units
          from audited a
          join orders.orders o on o.id = a.id
          left join inventory.reservation r on r.order_id = a.id
          left join payments.payment p on p.order_id = a.id
        )
        select
          count(*) filter (where bought) as "confirmed",
          count(*) filter (where bought and stock in ('', 'HELD', 'RELEASED', 'REJECTED'))
            as "wrong: confirmed without the stock",
          count(*) filter (where bought and other_units) as "wrong: confirmed with other units",
          count(*) filter (where bought and money not in ('AUTHORIZED', 'CAPTURED')) as "wrong: confirmed without the money",
          count(*) filter (where bought and other_amount) as "wrong: confirmed for another amount",
          count(*) filter (where not bought and not live) as "ended otherwise",
          count(*) filter (where not bought and not live and stock in ('HELD', 'SOLD')) as "wrong: ended with stock",
          count(*) filter (where not bought and not live and (money in ('AUTHORIZING', 'AUTHORIZED') or taken))
            as "wrong: ended with money"
        from judged
        """;

    /// <summary>I5: one key, one order; one order, one key.</summary>
    public const string Keys =
        $"""
        select
          (select count(*) from requests.accepted_request q join audited a on a.id = q.order_id) as "requests",
          (select count(*) from audited a
            where not exists (select from requests.accepted_request q where q.order_id = a.id)
              and not exists (select from orders.orders o where o.id = a.id and o.created_at < now() - {KeysLive}))
            as "wrong: orders without a key",
          (select count(*) from (select from requests.accepted_request q join audited a on a.id = q.order_id
            group by q.order_id having count(*) > 1) twice) as "wrong: orders with two keys",
          (select count(*) from (select from requests.accepted_request
            group by owner, key having count(distinct order_id) > 1) twice) as "wrong: keys with two orders"
        """;

    /// <summary>Accepted requests are forgotten two days after.</summary>
    private const string KeysLive = "interval '47 hours'";

    /// <summary>I6: each history counts from 1 without a gap, and ends with the order's status.</summary>
    public const string Histories =
        """
        with histories as (
          select o.status, o.history_sequence, count(h.sequence) as steps, min(h.sequence) as first, max(h.sequence) as last,
            (array_agg(h.status order by h.sequence desc))[1] as ends
          from audited a
          join orders.orders o on o.id = a.id
          left join orders.order_history h on h.order_id = a.id
          group by o.id
        )
        select
          count(*) as "histories",
          sum(steps)::bigint as "steps",
          count(*) filter (where steps <> history_sequence or first <> 1 or last <> steps) as "wrong: with a gap",
          count(*) filter (where ends is distinct from status) as "wrong: ended otherwise than the order"
        from histories
        """;

    /// <summary>I7: of the mails that were written, none twice.</summary>
    public const string Mails =
        """
        select count(*) as "mails",
          count(*) - count(distinct (order_id, template)) as "wrong: written twice"
        from notifications.mail where order_id is not null
        """;

    /// <summary>I9: nothing that was committed waits for long, and what was given up on stands in the dead letters.</summary>
    public const string Messages =
        """
        select
          (select count(*) from messaging.dead_letter where state = 'Parked') as "in the dead letters",
          (select count(*) from requests.outbox_message where due_at < now() - interval '10 minutes')
            + (select count(*) from orders.outbox_message where due_at < now() - interval '10 minutes')
            + (select count(*) from inventory.outbox_message where due_at < now() - interval '10 minutes')
            + (select count(*) from payments.outbox_message where due_at < now() - interval '10 minutes')
            + (select count(*) from fulfillment.outbox_message where due_at < now() - interval '10 minutes')
            as "wrong: messages that do not go out",
          (select count(*) from orders.timer where due_at < now() - interval '10 minutes')
            as "wrong: timers that do not fire"
        """;
}
