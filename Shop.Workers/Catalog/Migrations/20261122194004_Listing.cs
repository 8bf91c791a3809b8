using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Workers.Catalog.Migrations
{
    /// <inheritdoc />
    public partial class Listing : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_product_category_id",
                schema: "catalog",
                table: "product");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "put_at",
                schema: "catalog",
                table: "product",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "rating_average",
                schema: "catalog",
                table: "product",
                type: "double precision",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<int>(
                name: "rating_count",
                schema: "catalog",
                table: "product",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "imported_file",
                schema: "catalog",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    stock = table.Column<int>(type: "integer", nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    records = table.Column<int>(type: "integer", nullable: false),
                    finished = table.Column<bool>(type: "boolean", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_imported_file", x => new { x.name, x.stock });
                });

            migrationBuilder.CreateTable(
                name: "listing",
                schema: "catalog",
                columns: table => new
                {
                    category_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    sku = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    popularity = table.Column<long>(type: "bigint", nullable: false),
                    price = table.Column<long>(type: "bigint", nullable: false),
                    newest = table.Column<long>(type: "bigint", nullable: false),
                    rating = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_listing", x => new { x.sku, x.category_id });
                })
                .Annotation("Npgsql:StorageParameter:autovacuum_vacuum_insert_scale_factor", 0.05m)
                .Annotation("Npgsql:StorageParameter:autovacuum_vacuum_scale_factor", 0.02m);

            migrationBuilder.CreateIndex(
                name: "ix_product_category_id_active",
                schema: "catalog",
                table: "product",
                columns: new[] { "category_id", "active" });

            migrationBuilder.AddCheckConstraint(
                name: "ck_product_rating",
                schema: "catalog",
                table: "product",
                sql: "rating_average between 0 and 5 and rating_count >= 0");

            migrationBuilder.CreateIndex(
                name: "ix_listing_newest",
                schema: "catalog",
                table: "listing",
                columns: new[] { "category_id", "newest", "sku" });

            migrationBuilder.CreateIndex(
                name: "ix_listing_popularity",
                schema: "catalog",
                table: "listing",
                columns: new[] { "category_id", "popularity", "sku" });

            migrationBuilder.CreateIndex(
                name: "ix_listing_price",
                schema: "catalog",
                table: "listing",
                columns: new[] { "category_id", "price", "sku" });

            migrationBuilder.CreateIndex(
                name: "ix_listing_rating",
                schema: "catalog",
                table: "listing",
                columns: new[] { "category_id", "rating", "sku" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "imported_file",
                schema: "catalog");

            migrationBuilder.DropTable(
                name: "listing",
                schema: "catalog");

            migrationBuilder.DropIndex(
                name: "ix_product_category_id_active",
                schema: "catalog",
                table: "product");

            migrationBuilder.DropCheckConstraint(
                name: "ck_product_rating",
                schema: "catalog",
                table: "product");

            migrationBuilder.DropColumn(
                name: "put_at",
                schema: "catalog",
                table: "product");

            migrationBuilder.DropColumn(
                name: "rating_average",
                schema: "catalog",
                table: "product");

            migrationBuilder.DropColumn(
                name: "rating_count",
                schema: "catalog",
                table: "product");

            migrationBuilder.CreateIndex(
                name: "ix_product_category_id",
                schema: "catalog",
                table: "product",
                column: "category_id");
        }
    }
}
