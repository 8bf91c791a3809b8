using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Shop.Messaging.Audit;

namespace Shop.Workers.Payments.Migrations;

/// <summary>
/// What was found out about the money's invariants. Entries come in the order of time, so a small index finds the new
/// ones.
/// </summary>
[DbContext(typeof(PaymentsDbContext))]
[Migration("20261127101000_Audit")]
public sealed class Audit : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(AuditTables.Create(PaymentsDbContext.Schema));
        migrationBuilder.Sql("""
            create index ix_payment_entry_at on payments.payment_entry using brin (at);

            -- What an update once wrote over, as well as it is known.
            update payments.payment p set opened_at = coalesce(
                (select min(e.at) from payments.payment_entry e where e.order_id = p.order_id), now())
            where p.opened_at = '-infinity';
            """);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("drop index payments.ix_payment_entry_at;");
        migrationBuilder.Sql(AuditTables.Drop(PaymentsDbContext.Schema));
    }
}
