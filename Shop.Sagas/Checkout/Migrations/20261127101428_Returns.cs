using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Sagas.Checkout.Migrations
{
    /// <summary>What returns have set aside of an order, and what of it the API may read.</summary>
    public partial class Returns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "returns",
                schema: "orders",
                table: "orders",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.Sql("""
                create view orders.returnable_view as
                select o.id, o.owner, o.status, o.lines,
                    (select coalesce(jsonb_object_agg(part.sku, part.units), '{}')
                        from (
                            select line ->> 'sku' as sku, sum((line ->> 'quantity')::bigint) as units
                            from jsonb_array_elements(o.returns) as claim, jsonb_array_elements(claim -> 'lines') as line
                            where claim ->> 'state' <> 'Closed'
                            group by 1) part) as set_aside,
                    (select min(h.at) from orders.order_history h where h.order_id = o.id and h.status = 'DELIVERED')
                        as delivered_at
                from orders.orders o
                where o.history_sequence > 0;

                grant select on orders.returnable_view to shop_reader;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop view orders.returnable_view;");

            migrationBuilder.DropColumn(
                name: "returns",
                schema: "orders",
                table: "orders");
        }
    }
}
