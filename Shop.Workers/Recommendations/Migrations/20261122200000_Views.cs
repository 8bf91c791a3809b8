using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Workers.Recommendations.Migrations
{
    /// <summary>What the recommendations publish: a view, readable by the role <c>shop_reader</c>.</summary>
    [DbContext(typeof(RecommendationsDbContext))]
    [Migration("20261122200000_Views")]
    public sealed class Views : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                create view recommendations.best_seller_view as
                select category_id, sku, units from recommendations.product_count
                where category_id is not null and units > 0;

                comment on view recommendations.best_seller_view is
                    'Units sold in the window. The best of a category: an index walk by category_id, units desc, sku.';

                grant usage on schema recommendations to shop_reader;
                grant select on recommendations.best_seller_view to shop_reader;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                drop view recommendations.best_seller_view;
                revoke usage on schema recommendations from shop_reader;
                """);
        }
    }
}
