using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Sagas.Checkout.Migrations
{
    /// <inheritdoc />
    public partial class Losses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "has_arrived",
                schema: "orders",
                table: "orders",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "is_escalated",
                schema: "orders",
                table: "orders",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "stop_cause",
                schema: "orders",
                table: "orders",
                type: "text",
                nullable: false,
                defaultValue: "CANCELLED");

            migrationBuilder.CreateTable(
                name: "order_escalation",
                schema: "orders",
                columns: table => new
                {
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    detail = table.Column<string>(type: "text", nullable: false),
                    raised_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_order_escalation", x => x.order_id);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "order_escalation",
                schema: "orders");

            migrationBuilder.DropColumn(
                name: "has_arrived",
                schema: "orders",
                table: "orders");

            migrationBuilder.DropColumn(
                name: "is_escalated",
                schema: "orders",
                table: "orders");

            migrationBuilder.DropColumn(
                name: "stop_cause",
                schema: "orders",
                table: "orders");
        }
    }
}
