using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Shop.Workers.Inventory.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "inventory");

            migrationBuilder.CreateTable(
                name: "inbox_message",
                schema: "inventory",
                columns: table => new
                {
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    consumer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inbox_message", x => new { x.message_id, x.consumer_id });
                });

            migrationBuilder.CreateTable(
                name: "ledger_entry",
                schema: "inventory",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    order_id = table.Column<Guid>(type: "uuid", nullable: true),
                    sku = table.Column<string>(type: "text", nullable: false),
                    warehouse = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    delta_on_hand = table.Column<int>(type: "integer", nullable: false),
                    delta_reserved = table.Column<int>(type: "integer", nullable: false),
                    delta_sold = table.Column<int>(type: "integer", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_entry", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outbox_message",
                schema: "inventory",
                columns: table => new
                {
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    source = table.Column<Guid>(type: "uuid", nullable: false),
                    destination = table.Column<string>(type: "text", nullable: false),
                    content_type = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<byte[]>(type: "bytea", nullable: false),
                    mandatory = table.Column<bool>(type: "boolean", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_message", x => x.message_id);
                })
                .Annotation("Npgsql:StorageParameter:autovacuum_vacuum_cost_delay", 0)
                .Annotation("Npgsql:StorageParameter:autovacuum_vacuum_scale_factor", 0.0)
                .Annotation("Npgsql:StorageParameter:autovacuum_vacuum_threshold", 20000);

            migrationBuilder.CreateTable(
                name: "reservation",
                schema: "inventory",
                columns: table => new
                {
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    lines = table.Column<string>(type: "jsonb", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    reason = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reservation", x => x.order_id);
                    table.CheckConstraint("ck_reservation_held_expires", "state <> 'HELD' or expires_at is not null");
                    table.CheckConstraint("ck_reservation_state", "state in ('HELD', 'SOLD', 'RELEASED', 'REJECTED')");
                });

            migrationBuilder.CreateTable(
                name: "stock_item",
                schema: "inventory",
                columns: table => new
                {
                    sku = table.Column<string>(type: "text", nullable: false),
                    warehouse = table.Column<string>(type: "text", nullable: false),
                    on_hand = table.Column<int>(type: "integer", nullable: false),
                    reserved = table.Column<int>(type: "integer", nullable: false),
                    sold = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stock_item", x => new { x.sku, x.warehouse });
                    table.CheckConstraint("ck_stock_item_not_oversold", "reserved + sold <= on_hand");
                    table.CheckConstraint("ck_stock_item_on_hand", "on_hand >= 0");
                    table.CheckConstraint("ck_stock_item_reserved", "reserved >= 0");
                    table.CheckConstraint("ck_stock_item_sold", "sold >= 0");
                })
                .Annotation("Npgsql:StorageParameter:autovacuum_vacuum_scale_factor", 0.05m)
                .Annotation("Npgsql:StorageParameter:fillfactor", 50);

            migrationBuilder.CreateTable(
                name: "timer",
                schema: "inventory",
                columns: table => new
                {
                    token = table.Column<Guid>(type: "uuid", nullable: false),
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    destination = table.Column<string>(type: "text", nullable: false),
                    content_type = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<byte[]>(type: "bytea", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_timer", x => x.token);
                })
                .Annotation("Npgsql:StorageParameter:autovacuum_vacuum_cost_delay", 0)
                .Annotation("Npgsql:StorageParameter:autovacuum_vacuum_scale_factor", 0.0)
                .Annotation("Npgsql:StorageParameter:autovacuum_vacuum_threshold", 20000);

            migrationBuilder.CreateTable(
                name: "warehouse",
                schema: "inventory",
                columns: table => new
                {
                    code = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    line1 = table.Column<string>(type: "text", nullable: false),
                    line2 = table.Column<string>(type: "text", nullable: true),
                    city = table.Column<string>(type: "text", nullable: false),
                    region = table.Column<string>(type: "text", nullable: true),
                    postal_code = table.Column<string>(type: "text", nullable: false),
                    country = table.Column<string>(type: "text", nullable: false),
                    latitude = table.Column<double>(type: "double precision", nullable: false),
                    longitude = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_warehouse", x => x.code);
                    table.CheckConstraint("ck_warehouse_on_earth", "latitude between -90 and 90 and longitude between -180 and 180");
                });

            migrationBuilder.CreateIndex(
                name: "ix_inbox_message_received_at",
                schema: "inventory",
                table: "inbox_message",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "ux_ledger_entry_receipt",
                schema: "inventory",
                table: "ledger_entry",
                columns: new[] { "sku", "warehouse", "reference" },
                unique: true,
                filter: "kind = 'RECEIVED'");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_message_due_at",
                schema: "inventory",
                table: "outbox_message",
                column: "due_at");

            migrationBuilder.CreateIndex(
                name: "ix_reservation_held_expires_at",
                schema: "inventory",
                table: "reservation",
                column: "expires_at",
                filter: "state = 'HELD'");

            migrationBuilder.CreateIndex(
                name: "ix_timer_due_at",
                schema: "inventory",
                table: "timer",
                column: "due_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "inbox_message",
                schema: "inventory");

            migrationBuilder.DropTable(
                name: "ledger_entry",
                schema: "inventory");

            migrationBuilder.DropTable(
                name: "outbox_message",
                schema: "inventory");

            migrationBuilder.DropTable(
                name: "reservation",
                schema: "inventory");

            migrationBuilder.DropTable(
                name: "stock_item",
                schema: "inventory");

            migrationBuilder.DropTable(
                name: "timer",
                schema: "inventory");

            migrationBuilder.DropTable(
                name: "warehouse",
                schema: "inventory");
        }
    }
}
