using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Sagas.Checkout.Migrations
{
    /// <summary>Orders that go on although their stock or money is gone, for operators.</summary>
    [DbContext(typeof(OrdersDbContext))]
    [Migration("20261127120000_Escalations")]
    internal sealed class Escalations : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
            create view orders.escalation_view as
            select e.kind, e.order_id, e.detail, e.raised_at
            from orders.order_escalation e join orders.orders o on o.id = e.order_id
            where o.status not in ('OUT_OF_STOCK', 'PAYMENT_FAILED', 'CANCELLED', 'EXPIRED');
            comment on view orders.escalation_view is 'What waits for people now.';

            grant select on orders.escalation_view to shop_reader;
            """);

        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql("drop view orders.escalation_view;");
    }
}
