using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Shop.Workers.Inventory.Migrations
{
    /// <inheritdoc />
    public partial class Sales : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "purchases",
                schema: "inventory",
                table: "reservation",
                type: "jsonb",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "purchase_account",
                schema: "inventory",
                columns: table => new
                {
                    sale_id = table.Column<Guid>(type: "uuid", nullable: false),
                    buyer = table.Column<string>(type: "text", nullable: false),
                    reserved = table.Column<int>(type: "integer", nullable: false),
                    sold = table.Column<int>(type: "integer", nullable: false),
                    unit_limit = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_purchase_account", x => new { x.sale_id, x.buyer });
                    table.CheckConstraint("ck_purchase_account_reserved", "reserved >= 0");
                    table.CheckConstraint("ck_purchase_account_sold", "sold >= 0");
                    table.CheckConstraint("ck_purchase_account_within_limit", "reserved + sold <= unit_limit");
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 50);

            migrationBuilder.CreateTable(
                name: "purchase_entry",
                schema: "inventory",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    sale_id = table.Column<Guid>(type: "uuid", nullable: false),
                    buyer = table.Column<string>(type: "text", nullable: false),
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    delta_reserved = table.Column<int>(type: "integer", nullable: false),
                    delta_sold = table.Column<int>(type: "integer", nullable: false),
                    unit_limit = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_purchase_entry", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sale",
                schema: "inventory",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    sku = table.Column<string>(type: "text", nullable: false),
                    is_current = table.Column<bool>(type: "boolean", nullable: false),
                    starts_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ends_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    per_person_limit = table.Column<int>(type: "integer", nullable: false),
                    highest_limit = table.Column<int>(type: "integer", nullable: false),
                    quantity = table.Column<int>(type: "integer", nullable: false),
                    taken = table.Column<int>(type: "integer", nullable: false),
                    seed = table.Column<byte[]>(type: "bytea", nullable: false),
                    commitment = table.Column<byte[]>(type: "bytea", nullable: false),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sale", x => x.id);
                    table.CheckConstraint("ck_sale_limit", "per_person_limit > 0 and per_person_limit <= highest_limit");
                    table.CheckConstraint("ck_sale_taken", "taken >= 0 and taken <= quantity");
                    table.CheckConstraint("ck_sale_time", "starts_at < ends_at");
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 50);

            migrationBuilder.CreateIndex(
                name: "ix_purchase_entry_account",
                schema: "inventory",
                table: "purchase_entry",
                columns: new[] { "sale_id", "buyer" });

            migrationBuilder.CreateIndex(
                name: "ix_purchase_entry_at",
                schema: "inventory",
                table: "purchase_entry",
                column: "at")
                .Annotation("Npgsql:IndexMethod", "brin");

            migrationBuilder.CreateIndex(
                name: "ux_sale_current",
                schema: "inventory",
                table: "sale",
                column: "sku",
                unique: true,
                filter: "is_current");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "purchase_account",
                schema: "inventory");

            migrationBuilder.DropTable(
                name: "purchase_entry",
                schema: "inventory");

            migrationBuilder.DropTable(
                name: "sale",
                schema: "inventory");

            migrationBuilder.DropColumn(
                name: "purchases",
                schema: "inventory",
                table: "reservation");
        }
    }
}
