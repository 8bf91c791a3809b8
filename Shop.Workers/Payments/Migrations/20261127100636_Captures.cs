using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Workers.Payments.Migrations
{
    /// <inheritdoc />
    public partial class Captures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "pk_payment_entry",
                schema: "payments",
                table: "payment_entry");

            migrationBuilder.AddColumn<Guid>(
                name: "reference_id",
                schema: "payments",
                table: "payment_entry",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));

            migrationBuilder.AddColumn<long>(
                name: "captured_ahead",
                schema: "payments",
                table: "payment",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "captured_amount",
                schema: "payments",
                table: "payment",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "capturing_amount",
                schema: "payments",
                table: "payment",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "refunded_amount",
                schema: "payments",
                table: "payment",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "refunding_amount",
                schema: "payments",
                table: "payment",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddPrimaryKey(
                name: "pk_payment_entry",
                schema: "payments",
                table: "payment_entry",
                columns: new[] { "order_id", "kind", "reference_id" });

            migrationBuilder.CreateTable(
                name: "finding",
                schema: "payments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    detail = table.Column<string>(type: "text", nullable: false),
                    raised_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    closed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    checked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    closed = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_finding", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "payment_attempt",
                schema: "payments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false),
                    moves = table.Column<long>(type: "bigint", nullable: false),
                    final = table.Column<bool>(type: "boolean", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    failure = table.Column<string>(type: "text", nullable: true),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    repeats = table.Column<int>(type: "integer", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now() + interval '15 seconds'")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_payment_attempt", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "provider_payment",
                schema: "payments",
                columns: table => new
                {
                    reference = table.Column<string>(type: "text", nullable: false),
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    names_order = table.Column<bool>(type: "boolean", nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    capturable = table.Column<long>(type: "bigint", nullable: false),
                    received = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_provider_payment", x => x.reference);
                });

            migrationBuilder.CreateTable(
                name: "provider_refund",
                schema: "payments",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false),
                    refund_id = table.Column<Guid>(type: "uuid", nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_provider_refund", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sweep",
                schema: "payments",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    through = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    window_from = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    window_to = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    after_id = table.Column<string>(type: "text", nullable: true),
                    done_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sweep", x => x.name);
                });

            migrationBuilder.AddCheckConstraint(
                name: "ck_payment_ahead",
                schema: "payments",
                table: "payment",
                sql: "captured_ahead between 0 and captured_amount");

            migrationBuilder.AddCheckConstraint(
                name: "ck_payment_captured",
                schema: "payments",
                table: "payment",
                sql: "captured_amount >= 0 and capturing_amount >= 0 and captured_amount + capturing_amount <= amount");

            migrationBuilder.AddCheckConstraint(
                name: "ck_payment_refunded",
                schema: "payments",
                table: "payment",
                sql: "refunded_amount >= 0 and refunding_amount >= 0 and refunded_amount + refunding_amount <= captured_amount");

            migrationBuilder.CreateIndex(
                name: "ix_finding_open",
                schema: "payments",
                table: "finding",
                columns: new[] { "raised_at", "id" },
                filter: "state = 'OPEN'");

            migrationBuilder.CreateIndex(
                name: "ix_finding_order_id_kind",
                schema: "payments",
                table: "finding",
                columns: new[] { "order_id", "kind" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_payment_attempt_due_at",
                schema: "payments",
                table: "payment_attempt",
                column: "due_at",
                filter: "status in ('PENDING', 'WAITING')");

            migrationBuilder.CreateIndex(
                name: "ix_payment_attempt_order_id",
                schema: "payments",
                table: "payment_attempt",
                column: "order_id");

            migrationBuilder.CreateIndex(
                name: "ix_provider_payment_created_at",
                schema: "payments",
                table: "provider_payment",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_provider_payment_order_id",
                schema: "payments",
                table: "provider_payment",
                column: "order_id");

            migrationBuilder.CreateIndex(
                name: "ix_provider_refund_created_at",
                schema: "payments",
                table: "provider_refund",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_provider_refund_reference",
                schema: "payments",
                table: "provider_refund",
                column: "reference");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "finding",
                schema: "payments");

            migrationBuilder.DropTable(
                name: "payment_attempt",
                schema: "payments");

            migrationBuilder.DropTable(
                name: "provider_payment",
                schema: "payments");

            migrationBuilder.DropTable(
                name: "provider_refund",
                schema: "payments");

            migrationBuilder.DropTable(
                name: "sweep",
                schema: "payments");

            migrationBuilder.DropPrimaryKey(
                name: "pk_payment_entry",
                schema: "payments",
                table: "payment_entry");

            migrationBuilder.DropCheckConstraint(
                name: "ck_payment_ahead",
                schema: "payments",
                table: "payment");

            migrationBuilder.DropCheckConstraint(
                name: "ck_payment_captured",
                schema: "payments",
                table: "payment");

            migrationBuilder.DropCheckConstraint(
                name: "ck_payment_refunded",
                schema: "payments",
                table: "payment");

            migrationBuilder.DropColumn(
                name: "reference_id",
                schema: "payments",
                table: "payment_entry");

            migrationBuilder.DropColumn(
                name: "captured_ahead",
                schema: "payments",
                table: "payment");

            migrationBuilder.DropColumn(
                name: "captured_amount",
                schema: "payments",
                table: "payment");

            migrationBuilder.DropColumn(
                name: "capturing_amount",
                schema: "payments",
                table: "payment");

            migrationBuilder.DropColumn(
                name: "refunded_amount",
                schema: "payments",
                table: "payment");

            migrationBuilder.DropColumn(
                name: "refunding_amount",
                schema: "payments",
                table: "payment");

            migrationBuilder.AddPrimaryKey(
                name: "pk_payment_entry",
                schema: "payments",
                table: "payment_entry",
                columns: new[] { "order_id", "kind" });
        }
    }
}
