using Npgsql;
using NpgsqlTypes;

namespace Shop.Load;

/// <summary>
/// Fills the tables with orders of the past: copies of those that customers made, each round of copies a day older, all of
/// them paid, shipped and delivered. Stock, ledger, payments and histories add up as if it had been so; the provider's
/// journal does not know them, and nobody asks it about days so long ago. The shop must be at rest.
/// </summary>
internal static class OlderOrders
{
    /// <summary>Ids keep the order of their time (RFC 9562, version 7), so that indexes grow as they would have.</summary>
    private const string Prepare =
        """
        create or replace function pg_temp.older(id uuid, days int) returns uuid immutable parallel safe language sql as $f$
          select (lpad(to_hex(('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint - days * 86400000::bigint), 12, '0')
            || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid
          from md5(id::text || days) h
        $f$;
        create or replace function pg_temp.other(id uuid, days int) returns uuid immutable parallel safe language sql as
          $f$ select md5(id::text || days)::uuid $f$;
        drop table if exists pg_temp.template;
        create temporary table template as
          select row_number() over (order by o.id) as number, o.id
          from orders.orders o
          join payments.payment p on p.order_id = o.id and p.status = 'AUTHORIZED'
          join inventory.reservation r on r.order_id = o.id and r.state = 'SOLD'
          where o.status = 'CONFIRMED' and o.created_at > now() - interval '1 day'
          order by o.id limit 25000;
        analyze template;
        -- What the audit has yet to add up is added up, so that what follows, which changes no stock, can be left out.
        with mark as (
          select upto from inventory.audit_ledger
        ), folded as (
          insert into inventory.audit_sum as s (sku, warehouse, on_hand, reserved, sold)
          select sku, warehouse, sum(delta_on_hand), sum(delta_reserved), sum(delta_sold)
          from inventory.ledger_entry where id > (select upto from mark) group by sku, warehouse order by sku, warehouse
          on conflict (sku, warehouse) do update set on_hand = s.on_hand + excluded.on_hand,
            reserved = s.reserved + excluded.reserved, sold = s.sold + excluded.sold
        )
        update inventory.audit_ledger set upto = coalesce((select max(id) from inventory.ledger_entry), 0)
        """;

    /// <summary>$1 is the age in days, $2 how many.</summary>
    private static readonly string[] Copies =
    [
        """
        insert into orders.orders (id, version, current_state, status, history_sequence, owner, email, shipping_address,
          shipping_method, lines, shipping_amount, total_amount, currency, created_at, allocations, payment_method,
          payment_status, payment_reference, payment_questions, was_confirmed, has_arrived)
        select pg_temp.older(o.id, $1), o.version + 2, 'Delivered', 'DELIVERED', o.history_sequence + 2, o.owner, o.email,
          o.shipping_address, o.shipping_method, o.lines, o.shipping_amount, o.total_amount, o.currency,
          o.created_at - $1 * interval '1 day', o.allocations, o.payment_method, 'CAPTURED', o.payment_reference,
          o.payment_questions, true, true
        from template t join orders.orders o on o.id = t.id where t.number <= $2 order by o.id
        """,
        """
        insert into orders.order_history (order_id, sequence, status, at, reason)
        select pg_temp.older(t.id, $1), h.sequence, h.status, h.at - $1 * interval '1 day', h.reason
        from template t join orders.orders o on o.id = t.id
        cross join lateral (
          select sequence, status, at, reason from orders.order_history where order_id = t.id
          union all
          select o.history_sequence + 1, 'SHIPPED', o.created_at + interval '1 hour', null
          union all
          select o.history_sequence + 2, 'DELIVERED', o.created_at + interval '20 hours', null) h
        where t.number <= $2 order by t.id, h.sequence
        """,
        """
        insert into payments.payment (order_id, version, status, amount, currency, payment_method, provider_reference,
          opened_at, captured_amount)
        select pg_temp.older(t.id, $1), p.version + 2, 'CAPTURED', p.amount, p.currency, p.payment_method,
          'pi_' || md5(p.provider_reference || $1), p.opened_at - $1 * interval '1 day', p.amount
        from template t join payments.payment p on p.order_id = t.id where t.number <= $2 order by t.id
        """,
        """
        insert into payments.payment_entry (order_id, kind, amount, currency, provider_reference, at, reference_id)
        select pg_temp.older(t.id, $1), e.kind, p.amount, p.currency, 'pi_' || md5(p.provider_reference || $1),
          p.opened_at - $1 * interval '1 day', e.reference_id
        from template t join payments.payment p on p.order_id = t.id
        cross join lateral (values ('AUTHORIZATION', '00000000-0000-0000-0000-000000000000'::uuid),
          ('CAPTURE', pg_temp.other(t.id, $1))) e (kind, reference_id)
        where t.number <= $2 order by t.id
        """,
        """
        insert into inventory.reservation (order_id, state, lines, expires_at, created_at)
        select pg_temp.older(t.id, $1), 'SOLD', '[]', r.expires_at - $1 * interval '1 day', r.created_at - $1 * interval '1 day'
        from template t join inventory.reservation r on r.order_id = t.id where t.number <= $2 order by t.id
        """,
        """
        with copied as (
          insert into inventory.ledger_entry
            (order_id, sku, warehouse, kind, delta_on_hand, delta_reserved, delta_sold, reference, at)
          select case when step.kind = 'RECEIVED' then null else pg_temp.older(t.id, $1) end, l.sku, l.warehouse, step.kind,
            step.on_hand * l.quantity, step.reserved * l.quantity, step.sold * l.quantity,
            case when step.kind in ('RECEIVED', 'SHIPPED') then pg_temp.older(t.id, $1)::text end,
            o.created_at - $1 * interval '1 day'
          from template t join orders.orders o on o.id = t.id
          cross join lateral (
            select a.sku, a.warehouse, sum(a.quantity)::int as quantity
            from jsonb_to_recordset(o.allocations) as a (sku text, warehouse text, quantity int)
            group by a.sku, a.warehouse) l
          cross join lateral (values ('RECEIVED', 1, 0, 0), ('RESERVED', 0, 1, 0), ('SOLD', 0, -1, 1), ('SHIPPED', -1, 0, -1))
            as step (kind, on_hand, reserved, sold)
          where t.number <= $2 order by t.id
          returning id
        )
        update inventory.audit_ledger set upto = (select max(id) from copied) where exists (select from copied)
        """,
        """
        insert into fulfillment.fulfillment_order (order_id, shipping_address, shipping_method, allocations, cancelled, version,
          received_at, handed_over)
        select pg_temp.older(t.id, $1), o.shipping_address, o.shipping_method, o.allocations, false, 2,
          o.created_at - $1 * interval '1 day', true
        from template t join orders.orders o on o.id = t.id where t.number <= $2 order by t.id
        """,
        """
        with added as (
          insert into fulfillment.parcel (id, order_id, warehouse, status, lines, shipping_amount, amount, currency, carrier,
            tracking_number, carrier_status, capture, capture_final, attempts, due_at, status_since, capture_since, created_at,
            version)
          select pg_temp.other(p.id, $1), pg_temp.older(t.id, $1), p.warehouse, 'DELIVERED', p.lines, p.shipping_amount,
            p.amount, p.currency, 'own-fleet', substr(md5(p.id::text || $1), 1, 18), 'DELIVERED', 'TAKEN', false, 1,
            s.moved, s.moved, s.moved, p.created_at - $1 * interval '1 day', 5
          from template t join fulfillment.parcel p on p.order_id = t.id
          cross join lateral (select p.created_at - $1 * interval '1 day' + interval '20 hours' as moved) s
          where t.number <= $2 order by t.id
          returning id, order_id, warehouse, lines, created_at
        )
        insert into inventory.stock_move (subject_id, kind, order_id, is_refused, lines, at)
        select id, 'SHIPPED', order_id, false,
          (select jsonb_agg(jsonb_build_object('sku', l.sku, 'quantity', l.quantity, 'warehouse', warehouse))
            from jsonb_to_recordset(lines) as l (sku text, quantity int)), created_at
        from added order by id
        """,
        """
        insert into notifications.mail (id, order_id, template, subject_id, address, content, status, attempts, transmissions,
          due_at, created_at, settled_at)
        select pg_temp.other(m.id, $1), pg_temp.older(t.id, $1), m.template, pg_temp.older(m.subject_id, $1), '', null, 'SENT',
          1, 1, m.created_at - $1 * interval '1 day', m.created_at - $1 * interval '1 day', m.created_at - $1 * interval '1 day'
        from template t join notifications.mail m on m.order_id = t.id and m.subject_id = t.id
        where t.number <= $2 order by t.id
        """,
    ];

    /// <summary>Orders in the tables.</summary>
    public static async Task<long> Count(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select count(*) from orders.orders", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Adds copies until there are so many orders.</summary>
    /// <exception cref="BenchFailedException">There are none to copy.</exception>
    public static async Task Add(NpgsqlConnection connection, long orders, CancellationToken cancellationToken)
    {
        var missing = orders - await Count(connection, cancellationToken);
        if (missing <= 0) return;
        await Execute(connection, Prepare, [], cancellationToken);
        await using var counting = new NpgsqlCommand("select count(*) from template", connection);
        var templates = (long)(await counting.ExecuteScalarAsync(cancellationToken))!;
        if (templates == 0) throw new BenchFailedException("no order of today is there to be copied.");
        var days = await OldestRound(connection, cancellationToken);
        while (missing > 0)
        {
            days++;
            var many = Math.Min(missing, templates);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            foreach (var copy in Copies) await Execute(connection, copy, [days, (int)many], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            missing -= many;
        }

        foreach (var table in (string[])
            [
                "orders.orders", "orders.order_history", "payments.payment", "payments.payment_entry", "inventory.reservation",
                "inventory.ledger_entry", "inventory.stock_move", "fulfillment.fulfillment_order", "fulfillment.parcel",
                "notifications.mail",
            ])
            await Execute(connection, $"vacuum (analyze) {table}", [], cancellationToken);
    }

    /// <summary>Rounds that an earlier run has made are not made again.</summary>
    private static async Task<int> OldestRound(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select coalesce(ceil(extract(epoch from now() - min(created_at)) / 86400), 0)::int from orders.orders", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task Execute(
        NpgsqlConnection connection, string sql, int[] parameters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1_800 };
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter, NpgsqlDbType = NpgsqlDbType.Integer });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
