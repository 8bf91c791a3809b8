using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Workers.Fulfillment.Migrations
{
    /// <inheritdoc />
    public partial class HandedOver : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "handed_over",
                schema: "fulfillment",
                table: "fulfillment_order",
                type: "boolean",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "handed_over",
                schema: "fulfillment",
                table: "fulfillment_order");
        }
    }
}
