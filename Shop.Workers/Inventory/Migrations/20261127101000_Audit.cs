using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Shop.Messaging.Audit;

namespace Shop.Workers.Inventory.Migrations;

/// <summary>What was found out about the stock's invariants, and the ledger added up as far as it is settled.</summary>
[DbContext(typeof(InventoryDbContext))]
[Migration("20261127101000_Audit")]
public sealed class Audit : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(AuditTables.Create(InventoryDbContext.Schema));
        migrationBuilder.Sql("""
            create table inventory.audit_sum (
                sku text not null,
                warehouse text not null,
                on_hand bigint not null,
                reserved bigint not null,
                sold bigint not null,
                primary key (sku, warehouse));

            create table inventory.audit_ledger (
                id boolean primary key default true check (id),
                upto bigint not null default 0);

            insert into inventory.audit_ledger default values;
            """);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("drop table inventory.audit_ledger; drop table inventory.audit_sum;");
        migrationBuilder.Sql(AuditTables.Drop(InventoryDbContext.Schema));
    }
}
