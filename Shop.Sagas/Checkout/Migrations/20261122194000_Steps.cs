using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Sagas.Checkout.Migrations
{
    /// <summary>
    /// Each step of an order by itself, for who follows many orders; and an order that was only cancelled in advance shows
    /// to nobody.
    /// </summary>
    [DbContext(typeof(OrdersDbContext))]
    [Migration("20261122194000_Steps")]
    internal sealed class Steps : Migration
    {
        private const string OrderView = """
            create or replace view orders.order_view as
            select o.id, o.owner, o.status, o.lines, o.shipping_address, o.shipping_method, o.shipping_amount,
                o.total_amount, o.currency, o.payment_status, o.failure, o.created_at,
                (select jsonb_agg(jsonb_build_object(
                        'sequence', h.sequence,
                        'status', h.status,
                        'at', case when h.sequence = 1 then o.created_at else h.at end,
                        'reason', h.reason) order by h.sequence)
                    from orders.order_history h where h.order_id = o.id) as history
            from orders.orders o
            """;

        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql($"""
            {OrderView} where o.history_sequence > 0;

            create view orders.order_step_view as
            select h.order_id, h.sequence, h.status,
                case when h.sequence = 1
                    then (select o.created_at from orders.orders o where o.id = h.order_id) else h.at end as at,
                h.reason
            from orders.order_history h;

            grant select on orders.order_step_view to shop_reader;
            """);

        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql($"""
            drop view orders.order_step_view;
            {OrderView};
            """);
    }
}
