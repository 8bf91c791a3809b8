using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Workers.Inventory.Migrations;

/// <summary>
/// Readers see the bands that were published, a row by key instead of sums; and which warehouses there are. The bands
/// that a running shop has are filled in, without news of them.
/// </summary>
[DbContext(typeof(InventoryDbContext))]
[Migration("20261122195100_AvailabilityViews")]
public sealed class AvailabilityViews : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        insert into inventory.availability (sku, band) select sku, band from inventory.availability_view;

        drop view inventory.availability_view;
        create view inventory.availability_view as select sku, band, changed_at from inventory.availability;
        comment on view inventory.availability_view is
            'How much there is of a SKU, roughly; less than a second behind. One that is not here is out of stock.';

        create view inventory.warehouse_view as
        select code, name, city, region, postal_code, country, latitude, longitude from inventory.warehouse;

        grant select on inventory.availability_view, inventory.warehouse_view to shop_reader;
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        drop view inventory.warehouse_view;
        drop view inventory.availability_view;
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
        grant select on inventory.availability_view to shop_reader;
        """);
}
