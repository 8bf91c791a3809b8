using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Workers.Inventory.Migrations
{
    /// <inheritdoc />
    public partial class Availability : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "availability",
                schema: "inventory",
                columns: table => new
                {
                    sku = table.Column<string>(type: "text", nullable: false),
                    band = table.Column<string>(type: "text", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_availability", x => x.sku);
                    table.CheckConstraint("ck_availability_band", "band in ('IN_STOCK', 'LOW_STOCK', 'OUT_OF_STOCK')");
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 80);

            migrationBuilder.CreateTable(
                name: "availability_progress",
                schema: "inventory",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    candidate = table.Column<long>(type: "bigint", nullable: false),
                    candidate_xid = table.Column<long>(type: "bigint", nullable: false),
                    candidate_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_availability_progress", x => x.id);
                    table.CheckConstraint("ck_availability_progress_one", "id = 1");
                });

            migrationBuilder.InsertData(
                schema: "inventory",
                table: "availability_progress",
                columns: new[] { "id", "candidate", "candidate_xid", "position" },
                values: new object[] { 1, 0L, 0L, 0L });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "availability",
                schema: "inventory");

            migrationBuilder.DropTable(
                name: "availability_progress",
                schema: "inventory");
        }
    }
}
