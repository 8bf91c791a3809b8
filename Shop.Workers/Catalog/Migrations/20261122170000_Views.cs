using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Workers.Catalog.Migrations
{
    /// <summary>What the catalogue publishes: views, readable by the role <c>shop_reader</c>.</summary>
    [DbContext(typeof(CatalogDbContext))]
    [Migration("20261122170000_Views")]
    internal sealed class Views : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                create view catalog.product_view as
                select p.sku, p.title, p.description, p.brand, p.category_id, c.path as category_path,
                    p.price_amount, p.currency, p.images, p.attributes, p.seller_id, p.active, p.popularity,
                    p.version, p.created_at, p.updated_at
                from catalog.product p
                join catalog.category c on c.id = p.category_id;

                comment on view catalog.product_view is
                    'All that a product page shows. One row by sku through the primary keys.';

                create view catalog.price_view as
                select sku, title, price_amount, currency, active, version from catalog.product;

                comment on view catalog.price_view is 'What carts and checkout need, cheap for many SKUs at once.';

                create view catalog.category_view as
                select c.id, c.name, c.parent_id, c.path, coalesce(n.products, 0) as product_count
                from catalog.category c
                left join (
                    select category_id, count(*) as products from catalog.product where active group by category_id
                ) n on n.category_id = c.id;

                comment on view catalog.category_view is
                    'The tree. product_count counts the active products of the node itself, not of those below it.';

                grant usage on schema catalog to shop_reader;
                grant select on catalog.product_view, catalog.price_view, catalog.category_view to shop_reader;
                """);
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                drop view catalog.category_view, catalog.price_view, catalog.product_view;
                revoke usage on schema catalog from shop_reader;
                """);
        }
    }
}
