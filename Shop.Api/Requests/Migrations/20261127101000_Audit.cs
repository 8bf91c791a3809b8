using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Shop.Messaging.Audit;

namespace Shop.Api.Requests.Migrations;

/// <summary>What was found out about the accepted requests' invariants.</summary>
[DbContext(typeof(RequestsDbContext))]
[Migration("20261127101000_Audit")]
internal sealed class Audit : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(AuditTables.Create(RequestsDbContext.Schema));

    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(AuditTables.Drop(RequestsDbContext.Schema));
}
