using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Shop.Messaging.Audit;

namespace Shop.Workers.Payments.Migrations;

/// <summary>I9 counts every message that was ever written here, and not only those that still wait.</summary>
[DbContext(typeof(PaymentsDbContext))]
[Migration("20261127180000_AuditCountsMessages")]
public sealed class AuditCountsMessages : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(AuditTables.CountMessages(PaymentsDbContext.Schema));

    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(AuditTables.CountWaiting(PaymentsDbContext.Schema));
}
