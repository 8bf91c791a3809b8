using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Sagas.Checkout.Migrations
{
    /// <summary>What the API may read of an order: what was bought, how far it has come, and how it came there.</summary>
    public partial class Views : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                create view orders.order_view as
                select o.id, o.owner, o.status, o.lines, o.shipping_address, o.shipping_method, o.shipping_amount,
                    o.total_amount, o.currency, o.payment_status, o.failure, o.created_at,
                    (select jsonb_agg(jsonb_build_object(
                            'sequence', h.sequence,
                            'status', h.status,
                            'at', case when h.sequence = 1 then o.created_at else h.at end,
                            'reason', h.reason) order by h.sequence)
                        from orders.order_history h where h.order_id = o.id) as history
                from orders.orders o;

                grant usage on schema orders to shop_reader;
                grant select on orders.order_view to shop_reader;
                """);
        }

        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql("drop view orders.order_view;");
    }
}
