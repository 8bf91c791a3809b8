using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Shop.Messaging.Audit;

#nullable disable

namespace Shop.Sagas.Checkout.Migrations
{
    /// <summary>
    /// What was found out about the orders' invariants; and for those who hold their own rows against orders, how each
    /// stands and which changed when. Steps come in the order of time, so a small index finds the new ones.
    /// </summary>
    [DbContext(typeof(OrdersDbContext))]
    [Migration("20261127101000_Audit")]
    internal sealed class Audit : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(AuditTables.Create(OrdersDbContext.Schema));
            migrationBuilder.Sql("""
                create index ix_order_history_at on orders.order_history using brin (at);

                create view orders.order_change_view as select order_id, at from orders.order_history;

                create view orders.order_state_view as
                select o.id, o.status, o.total_amount, o.currency,
                    (select max(h.at) from orders.order_history h where h.order_id = o.id) as changed_at
                from orders.orders o where o.history_sequence > 0;

                grant select on orders.order_change_view, orders.order_state_view to shop_reader;
                """);
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                drop view orders.order_state_view;
                drop view orders.order_change_view;
                drop index orders.ix_order_history_at;
                """);
            migrationBuilder.Sql(AuditTables.Drop(OrdersDbContext.Schema));
        }
    }
}
