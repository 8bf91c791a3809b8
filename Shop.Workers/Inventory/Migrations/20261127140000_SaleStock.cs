using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Workers.Inventory.Migrations;

/// <summary>What can still be had of a sale, and what a buyer has of it on average: what its waiting room goes by.</summary>
[DbContext(typeof(InventoryDbContext))]
[Migration("20261127140000_SaleStock")]
public sealed class SaleStock : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        create or replace view inventory.sale_view as
        select l.id, l.sku, l.starts_at, l.ends_at, l.per_person_limit, l.quantity, l.taken,
          l.starts_at <= now() as has_started, l.ends_at <= now() as has_ended, l.commitment,
          case when l.starts_at <= now() then l.seed end as seed,
          greatest(0, least(l.quantity - l.taken, coalesce(
            (select sum(s.on_hand - s.reserved - s.sold) from inventory.stock_item s where s.sku = l.sku), 0)))::int
            as units_left,
          (select avg(a.reserved + a.sold)::float8
            from (select reserved, sold from inventory.purchase_account
              where sale_id = l.id and reserved + sold > 0 limit 1000) a) as typical_units
        from inventory.sale l
        where l.is_current;
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        drop view inventory.sale_view;
        create view inventory.sale_view as
        select id, sku, starts_at, ends_at, per_person_limit, quantity, taken,
          starts_at <= now() as has_started, ends_at <= now() as has_ended, commitment,
          case when starts_at <= now() then seed end as seed
        from inventory.sale
        where is_current;
        grant select on inventory.sale_view to shop_reader;
        """);
}
