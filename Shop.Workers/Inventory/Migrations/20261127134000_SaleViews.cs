using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Workers.Inventory.Migrations;

/// <summary>What others may know of sales, and the trigger of the buyers' ledger.</summary>
[DbContext(typeof(InventoryDbContext))]
[Migration("20261127134000_SaleViews")]
public sealed class SaleViews : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        create trigger purchase_entry_append_only
        before update or delete or truncate on inventory.purchase_entry
        for each statement execute function inventory.refuse_change();

        create view inventory.sale_view as
        select id, sku, starts_at, ends_at, per_person_limit, quantity, taken,
          starts_at <= now() as has_started, ends_at <= now() as has_ended, commitment,
          case when starts_at <= now() then seed end as seed
        from inventory.sale
        where is_current;
        comment on view inventory.sale_view is
            'The current sale of each SKU. Nobody reads the seed of the draw before the sale starts.';

        create view inventory.purchase_account_view as
        select a.sale_id, a.buyer, a.reserved + a.sold as units from inventory.purchase_account a;

        grant select on inventory.sale_view, inventory.purchase_account_view to shop_reader;
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        drop view inventory.purchase_account_view;
        drop view inventory.sale_view;
        drop trigger purchase_entry_append_only on inventory.purchase_entry;
        """);
}
