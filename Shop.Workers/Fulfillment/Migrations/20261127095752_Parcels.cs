using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Workers.Fulfillment.Migrations
{
    /// <inheritdoc />
    public partial class Parcels : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateSequence(
                name: "sscc_serial",
                schema: "fulfillment");

            migrationBuilder.CreateTable(
                name: "parcel",
                schema: "fulfillment",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    warehouse = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    lines = table.Column<string>(type: "jsonb", nullable: false),
                    shipping_amount = table.Column<long>(type: "bigint", nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false),
                    carrier = table.Column<string>(type: "text", nullable: true),
                    tracking_number = table.Column<string>(type: "text", nullable: true),
                    carrier_status = table.Column<string>(type: "text", nullable: true),
                    capture = table.Column<string>(type: "text", nullable: false),
                    capture_final = table.Column<bool>(type: "boolean", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    late_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    status_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    capture_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_parcel", x => x.id);
                    table.CheckConstraint("ck_parcel_amount", "amount >= 0");
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 70);

            migrationBuilder.CreateTable(
                name: "return_label",
                schema: "fulfillment",
                columns: table => new
                {
                    return_id = table.Column<Guid>(type: "uuid", nullable: false),
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    warehouse = table.Column<string>(type: "text", nullable: false),
                    carrier = table.Column<string>(type: "text", nullable: false),
                    tracking_number = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_return_label", x => x.return_id);
                });

            migrationBuilder.CreateTable(
                name: "tracking_event",
                schema: "fulfillment",
                columns: table => new
                {
                    carrier = table.Column<string>(type: "text", nullable: false),
                    event_id = table.Column<string>(type: "text", nullable: false),
                    tracking_number = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_event", x => new { x.carrier, x.event_id });
                });

            migrationBuilder.CreateIndex(
                name: "ix_parcel_astray",
                schema: "fulfillment",
                table: "parcel",
                column: "status_since",
                filter: "status = 'CANCELLED' and carrier_status is not null");

            migrationBuilder.CreateIndex(
                name: "ix_parcel_created_at_id",
                schema: "fulfillment",
                table: "parcel",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_parcel_late",
                schema: "fulfillment",
                table: "parcel",
                column: "late_since",
                filter: "late_since is not null and status in ('ALLOCATED', 'PICKING', 'LABELLED')");

            migrationBuilder.CreateIndex(
                name: "ix_parcel_may_be_late",
                schema: "fulfillment",
                table: "parcel",
                column: "created_at",
                filter: "late_since is null and status in ('ALLOCATED', 'PICKING', 'LABELLED')");

            migrationBuilder.CreateIndex(
                name: "ix_parcel_order_id",
                schema: "fulfillment",
                table: "parcel",
                column: "order_id");

            migrationBuilder.CreateIndex(
                name: "ix_parcel_status_created_at_id",
                schema: "fulfillment",
                table: "parcel",
                columns: new[] { "status", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_parcel_stopped",
                schema: "fulfillment",
                table: "parcel",
                column: "status_since",
                filter: "status in ('STOPPED', 'LOST')");

            migrationBuilder.CreateIndex(
                name: "ix_parcel_to_book",
                schema: "fulfillment",
                table: "parcel",
                column: "due_at",
                filter: "status in ('ALLOCATED', 'PICKING')");

            migrationBuilder.CreateIndex(
                name: "ix_parcel_to_capture",
                schema: "fulfillment",
                table: "parcel",
                column: "due_at",
                filter: "capture = 'ASKED'");

            migrationBuilder.CreateIndex(
                name: "ix_parcel_to_hand_over",
                schema: "fulfillment",
                table: "parcel",
                column: "due_at",
                filter: "status = 'LABELLED' and capture = 'NONE'");

            migrationBuilder.CreateIndex(
                name: "ix_parcel_under_way",
                schema: "fulfillment",
                table: "parcel",
                column: "due_at",
                filter: "status in ('HANDED_OVER', 'IN_TRANSIT')");

            migrationBuilder.CreateIndex(
                name: "ix_parcel_warehouse_status_created_at_id",
                schema: "fulfillment",
                table: "parcel",
                columns: new[] { "warehouse", "status", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ux_parcel_tracking_number",
                schema: "fulfillment",
                table: "parcel",
                columns: new[] { "carrier", "tracking_number" },
                unique: true,
                filter: "tracking_number is not null");

            migrationBuilder.CreateIndex(
                name: "ix_return_label_carrier_tracking_number",
                schema: "fulfillment",
                table: "return_label",
                columns: new[] { "carrier", "tracking_number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_event_tracking_number",
                schema: "fulfillment",
                table: "tracking_event",
                column: "tracking_number");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "parcel",
                schema: "fulfillment");

            migrationBuilder.DropTable(
                name: "return_label",
                schema: "fulfillment");

            migrationBuilder.DropTable(
                name: "tracking_event",
                schema: "fulfillment");

            migrationBuilder.DropSequence(
                name: "sscc_serial",
                schema: "fulfillment");
        }
    }
}
