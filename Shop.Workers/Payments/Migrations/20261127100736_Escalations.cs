using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Workers.Payments.Migrations;

/// <summary>What of the money waits for people.</summary>
[DbContext(typeof(PaymentsDbContext))]
[Migration("20261127100736_Escalations")]
public sealed class Escalations : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        create view payments.escalation_view as
        select kind, order_id, detail, raised_at, id from payments.finding where state = 'OPEN';

        grant usage on schema payments to shop_reader;
        grant select on payments.escalation_view to shop_reader;
        """);

    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("drop view payments.escalation_view;");
}
