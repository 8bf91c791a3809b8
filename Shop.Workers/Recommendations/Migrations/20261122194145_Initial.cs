using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Shop.Workers.Recommendations.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "recommendations");

            migrationBuilder.CreateTable(
                name: "basket",
                schema: "recommendations",
                columns: table => new
                {
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    skus = table.Column<string[]>(type: "text[]", nullable: false, collation: "C"),
                    quantities = table.Column<int[]>(type: "integer[]", nullable: false),
                    counted = table.Column<bool>(type: "boolean", nullable: false),
                    cancelled = table.Column<bool>(type: "boolean", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_basket", x => x.order_id);
                });

            migrationBuilder.CreateTable(
                name: "inbox_message",
                schema: "recommendations",
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
                name: "order_count",
                schema: "recommendations",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    orders = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_order_count", x => x.id);
                    table.CheckConstraint("ck_order_count_one_row", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "outbox_message",
                schema: "recommendations",
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
                name: "pair_count",
                schema: "recommendations",
                columns: table => new
                {
                    sku = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    other = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    orders = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pair_count", x => new { x.sku, x.other });
                });

            migrationBuilder.CreateTable(
                name: "product_count",
                schema: "recommendations",
                columns: table => new
                {
                    sku = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    orders = table.Column<long>(type: "bigint", nullable: false),
                    units = table.Column<long>(type: "bigint", nullable: false),
                    category_id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    revision = table.Column<long>(type: "bigint", nullable: false, defaultValue: 1L),
                    ranked_revision = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    ranked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "'-infinity'")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_product_count", x => x.sku);
                });

            migrationBuilder.CreateTable(
                name: "timer",
                schema: "recommendations",
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

            migrationBuilder.CreateIndex(
                name: "ix_basket_due",
                schema: "recommendations",
                table: "basket",
                column: "recorded_at",
                filter: "counted = cancelled");

            migrationBuilder.CreateIndex(
                name: "ix_basket_recorded_at",
                schema: "recommendations",
                table: "basket",
                column: "recorded_at");

            migrationBuilder.CreateIndex(
                name: "ix_inbox_message_received_at",
                schema: "recommendations",
                table: "inbox_message",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_message_due_at",
                schema: "recommendations",
                table: "outbox_message",
                column: "due_at");

            migrationBuilder.CreateIndex(
                name: "ix_pair_count_gone",
                schema: "recommendations",
                table: "pair_count",
                column: "sku",
                filter: "orders <= 0");

            migrationBuilder.CreateIndex(
                name: "ix_pair_count_other",
                schema: "recommendations",
                table: "pair_count",
                column: "other");

            migrationBuilder.CreateIndex(
                name: "ix_product_count_category_id_units_sku",
                schema: "recommendations",
                table: "product_count",
                columns: new[] { "category_id", "units", "sku" },
                descending: new[] { false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_product_count_changed",
                schema: "recommendations",
                table: "product_count",
                column: "ranked_at",
                filter: "revision <> ranked_revision");

            migrationBuilder.CreateIndex(
                name: "ix_product_count_ranked_at",
                schema: "recommendations",
                table: "product_count",
                column: "ranked_at");

            migrationBuilder.CreateIndex(
                name: "ix_timer_due_at",
                schema: "recommendations",
                table: "timer",
                column: "due_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "basket",
                schema: "recommendations");

            migrationBuilder.DropTable(
                name: "inbox_message",
                schema: "recommendations");

            migrationBuilder.DropTable(
                name: "order_count",
                schema: "recommendations");

            migrationBuilder.DropTable(
                name: "outbox_message",
                schema: "recommendations");

            migrationBuilder.DropTable(
                name: "pair_count",
                schema: "recommendations");

            migrationBuilder.DropTable(
                name: "product_count",
                schema: "recommendations");

            migrationBuilder.DropTable(
                name: "timer",
                schema: "recommendations");
        }
    }
}
