using Npgsql;
using Quartz;
using Shop.Messaging.Audit;
using Shop.Messaging.Hosting;
using Shop.Workers.Orders;

namespace Shop.Workers.Inventory;

/// <summary>
/// What must hold of stock: I1, I8, and I4 as far as it is about stock. <see cref="StockAudit"/> reads everything.
/// </summary>
internal static class InventoryAudit
{
    private const int MostFolded = 200_000;

    /// <summary>
    /// Adds up the ledger as far as it is settled; what comes after is summed each time. An entry that is that old and not
    /// committed yet would be missed: no transaction lasts so long.
    /// </summary>
    private const string Fold = $"""
        with mark as (
            select upto from inventory.audit_ledger
        ), settled as (
            select max(id) as upto from inventory.ledger_entry
            where id > (select upto from mark) and id <= (select upto from mark) + $1 and at < now() - interval '2 minutes'
        ), folded as (
            insert into inventory.audit_sum as s (sku, warehouse, on_hand, reserved, sold)
            select sku, warehouse, sum(delta_on_hand), sum(delta_reserved), sum(delta_sold) from inventory.ledger_entry
            where id > (select upto from mark) and id <= (select upto from settled)
            group by sku, warehouse order by sku, warehouse
            on conflict (sku, warehouse) do update set on_hand = s.on_hand + excluded.on_hand,
                reserved = s.reserved + excluded.reserved, sold = s.sold + excluded.sold
        )
        update inventory.audit_ledger set upto = settled.upto from settled where settled.upto is not null
        """;

    /// <summary>Every row is within its bounds, and what the ledger adds up to.</summary>
    private const string Replay = """
        with subject as (
            select split_part(s, chr(9), 1) as sku, split_part(s, chr(9), 2) as warehouse from unnest($1) s
        ), tail as (
            select sku, warehouse, sum(delta_on_hand) as on_hand, sum(delta_reserved) as reserved, sum(delta_sold) as sold
            from inventory.ledger_entry where id > (select upto from inventory.audit_ledger)
            group by sku, warehouse
        ), compared as (
            select s.sku, s.warehouse, coalesce(i.on_hand, 0) as on_hand, coalesce(i.reserved, 0) as reserved,
                coalesce(i.sold, 0) as sold,
                coalesce(a.on_hand, 0) + coalesce(t.on_hand, 0) as ledger_on_hand,
                coalesce(a.reserved, 0) + coalesce(t.reserved, 0) as ledger_reserved,
                coalesce(a.sold, 0) + coalesce(t.sold, 0) as ledger_sold
            from subject s
            left join inventory.stock_item i using (sku, warehouse)
            left join inventory.audit_sum a using (sku, warehouse)
            left join tail t using (sku, warehouse)
        )
        select sku || chr(9) || warehouse,
            concat(on_hand, '/', reserved, '/', sold, ' on hand, reserved and sold; the ledger says ', ledger_on_hand, '/', ledger_reserved, '/', ledger_sold)
        from compared
        where on_hand < 0 or reserved < 0 or sold < 0 or reserved + sold > on_hand
            or (on_hand, reserved, sold) <> (ledger_on_hand, ledger_reserved, ledger_sold)
        """;

    private const string OfOrders = """
        select o.id::text, concat_ws(' ', o.status, 'with', coalesce(r.state, 'no'), 'stock')
        from unnest($1, $2, $3) as o (id, status, total)
        left join inventory.reservation r on r.order_id = o.id
        where o.status in ('CONFIRMED', 'SHIPPED', 'DELIVERED', 'RETURN_REQUESTED', 'RETURNED', 'REFUNDED')
                and coalesce(r.state, 'RELEASED') in ('HELD', 'RELEASED', 'REJECTED')
            or o.status in ('OUT_OF_STOCK', 'PAYMENT_FAILED', 'CANCELLED', 'EXPIRED') and r.state in ('HELD', 'SOLD')
        """;

    /// <summary>
    /// Every buyer's account of a sale is within the limit it grew under, which is one that the sale had; is what its
    /// ledger adds up to, which never was beyond the limit; and all of them are what the sale has given away.
    /// </summary>
    private const string Accounts = """
        with subject as (
            select s, split_part(s, chr(9), 1)::uuid as sale_id, split_part(s, chr(9), 2) as buyer from unnest($1) s
        ), replayed as (
            select sale_id, buyer, sum(delta_reserved) as reserved, sum(delta_sold) as sold,
                bool_or(delta_reserved > 0 and units > unit_limit) as was_over
            from (
                select e.*, sum(e.delta_reserved + e.delta_sold) over (partition by e.sale_id, e.buyer order by e.id) as units
                from subject join inventory.purchase_entry e using (sale_id, buyer)) entry
            group by sale_id, buyer
        ), compared as (
            select s.s, coalesce(a.reserved, 0) as reserved, coalesce(a.sold, 0) as sold, a.unit_limit, l.highest_limit,
                coalesce(r.reserved, 0) as ledger_reserved, coalesce(r.sold, 0) as ledger_sold, coalesce(r.was_over, false) as was_over
            from subject s
            left join inventory.purchase_account a using (sale_id, buyer)
            left join inventory.sale l on l.id = s.sale_id
            left join replayed r using (sale_id, buyer)
        )
        select s, concat(reserved, '/', sold, ' reserved and sold of at most ', unit_limit, '; the ledger says ',
            ledger_reserved, '/', ledger_sold, case when was_over then ', and was over the limit' end)
        from compared
        where reserved < 0 or sold < 0 or was_over or (reserved, sold) <> (ledger_reserved, ledger_sold)
            or reserved + sold > coalesce(unit_limit, 0) or coalesce(unit_limit, 0) > coalesce(highest_limit, 0)
        """;

    private const string Sales = """
        select s.id, concat(l.taken, ' taken of ', l.quantity, '; the accounts say ', coalesce(a.units, 0))
        from unnest($1) as s (id)
        join inventory.sale l on l.id = s.id::uuid
        left join lateral (
            select sum(reserved + sold) as units from inventory.purchase_account where sale_id = l.id) a on true
        where l.taken > l.quantity or l.taken <> coalesce(a.units, 0)
        """;

    public static IReadOnlyList<AuditCheck> Checks(NpgsqlDataSource inventory, NpgsqlDataSource reads) =>
    [
        new()
        {
            Name = "I1",
            Source = inventory,
            Before = cancellationToken => FoldLedger(inventory, cancellationToken),
            Changed = """
                select distinct sku || chr(9) || warehouse from inventory.ledger_entry
                where id > (select upto from inventory.audit_ledger) and at >= $1 and at < $2
                """,
            Walk = """
                select sku || chr(9) || warehouse from inventory.stock_item
                where (sku, warehouse) > (split_part($1, chr(9), 1), split_part($1, chr(9), 2))
                order by sku, warehouse limit $2
                """,
            Judge = AuditCheck.By(inventory, Replay),
        },
        new()
        {
            Name = "I8",
            Source = inventory,
            Changed = """
                select distinct sale_id || chr(9) || buyer from inventory.purchase_entry where at >= $1 and at < $2
                """,
            Walk = """
                select sale_id || chr(9) || buyer from inventory.purchase_account
                where (sale_id, buyer) > (
                    coalesce(nullif(split_part($1, chr(9), 1), ''), '00000000-0000-0000-0000-000000000000')::uuid,
                    split_part($1, chr(9), 2))
                order by sale_id, buyer limit $2
                """,
            Judge = AuditCheck.By(inventory, Accounts),
        },
        new()
        {
            Name = "I8 sales",
            Source = inventory,
            Changed = "select distinct sale_id::text from inventory.purchase_entry where at >= $1 and at < $2",
            Walk = "select id::text from inventory.sale where id::text > $1 order by id::text limit $2",
            Judge = AuditCheck.By(inventory, Sales),
        },
        OrderStates.Check("I4 stock", inventory, reads, OfOrders),
    ];

    private static async Task FoldLedger(NpgsqlDataSource inventory, CancellationToken cancellationToken)
    {
        await using var command = inventory.CreateCommand(Fold);
        command.Parameters.AddWithValue((long)MostFolded);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>Judges the stock's invariants a little at a time.</summary>
[DisallowConcurrentExecution]
internal sealed class AuditStockJob(Database<InventoryDbContext> database, ReadsDatabase reads) : IJob
{
    private readonly AuditBook _book = new(database.Source, InventoryDbContext.Schema);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        foreach (var check in InventoryAudit.Checks(database.Source, reads.Source))
            await _book.Evaluate(check, cancellationToken);
    }
}
