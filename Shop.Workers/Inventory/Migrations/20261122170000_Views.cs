using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Workers.Inventory.Migrations;

/// <summary>What the model cannot say: the views that others read, and the ledger's trigger.</summary>
[DbContext(typeof(InventoryDbContext))]
[Migration("20261122170000_Views")]
public sealed class Views : Migration
{
    private const string AppendOnly = """
        create function inventory.refuse_change() returns trigger language plpgsql as $$
        begin
          raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
        end $$;

        create trigger ledger_entry_append_only
        before update or delete or truncate on inventory.ledger_entry
        for each statement execute function inventory.refuse_change();
        """;

    private const string Availability = """
        create view inventory.availability_view as
        select
          sku,
          sum(on_hand - reserved - sold)::bigint as available,
          case
            when sum(on_hand - reserved - sold) <= 0 then 'OUT_OF_STOCK'
            when sum(on_hand - reserved - sold) < 10 then 'LOW_STOCK'
            else 'IN_STOCK'
          end as band
        from inventory.stock_item
        group by sku;
        """;

    /// <summary>
    /// One row: the figures, and how many SKUs in a warehouse disagree with the ledger's sums or with what orders
    /// hold and have bought. Everything is right when every column named <c>wrong_</c> is 0.
    /// </summary>
    private const string StockAudit = """
        create view inventory.stock_audit_view as
        with ledger as (
          select sku, warehouse, sum(delta_on_hand) as on_hand, sum(delta_reserved) as reserved, sum(delta_sold) as sold
          from inventory.ledger_entry
          group by sku, warehouse
        ), orders as (
          select
            line.sku,
            line.warehouse,
            coalesce(sum(line.quantity) filter (where r.state = 'HELD'), 0) as reserved,
            coalesce(sum(line.quantity) filter (where r.state = 'SOLD'), 0) as sold
          from inventory.reservation r
          cross join lateral jsonb_to_recordset(r.lines) as line (sku text, warehouse text, quantity int)
          where r.state in ('HELD', 'SOLD')
          group by line.sku, line.warehouse
        ), compared as (
          select
            coalesce(s.on_hand, 0) as on_hand,
            coalesce(s.reserved, 0) as reserved,
            coalesce(s.sold, 0) as sold,
            coalesce(ledger.on_hand, 0) as ledger_on_hand,
            coalesce(ledger.reserved, 0) as ledger_reserved,
            coalesce(ledger.sold, 0) as ledger_sold,
            coalesce(orders.reserved, 0) as orders_reserved,
            coalesce(orders.sold, 0) as orders_sold
          from inventory.stock_item s
          full join ledger using (sku, warehouse)
          full join orders using (sku, warehouse)
        )
        select
          count(*) as stock_items,
          coalesce(sum(on_hand), 0)::bigint as on_hand,
          coalesce(sum(reserved), 0)::bigint as reserved,
          coalesce(sum(sold), 0)::bigint as sold,
          count(*) filter (where on_hand < 0 or reserved < 0 or sold < 0 or reserved + sold > on_hand) as wrong_bounds,
          count(*) filter (where (on_hand, reserved, sold) <> (ledger_on_hand, ledger_reserved, ledger_sold))
            as wrong_ledger,
          count(*) filter (where reserved <> orders_reserved) as wrong_reserved,
          count(*) filter (where sold <> orders_sold) as wrong_sold
        from compared;
        """;

    private const string Grants = """
        grant usage on schema inventory to shop_reader;
        grant select on inventory.availability_view, inventory.stock_audit_view to shop_reader;
        """;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(AppendOnly);
        migrationBuilder.Sql(Availability);
        migrationBuilder.Sql(StockAudit);
        migrationBuilder.Sql(Grants);
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        drop view inventory.stock_audit_view;
        drop view inventory.availability_view;
        drop trigger ledger_entry_append_only on inventory.ledger_entry;
        drop function inventory.refuse_change();
        """);
}
