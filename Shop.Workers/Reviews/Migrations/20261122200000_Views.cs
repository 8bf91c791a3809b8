using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Workers.Reviews.Migrations
{
    /// <summary>What the reviews publish: views, readable by the role <c>shop_reader</c>.</summary>
    [DbContext(typeof(ReviewsDbContext))]
    [Migration("20261122200000_Views")]
    public sealed class Views : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                create view reviews.review_view as
                select r.sku, r.id, r.author, r.rating, r.title, r.body, r.posted_at,
                    exists (
                        select from reviews.purchase p
                        where p.owner = r.owner and not p.cancelled and r.sku = any(p.skus)) as verified_purchase
                from reviews.review r;

                comment on view reviews.review_view is
                    'What visitors read; a page by sku, posted_at and id through an index. Not who wrote it.';

                create view reviews.rating_view as
                select sku, sum(ones)::int as ones, sum(twos)::int as twos, sum(threes)::int as threes,
                    sum(fours)::int as fours, sum(fives)::int as fives
                from (
                    select sku, ones, twos, threes, fours, fives from reviews.rating
                    union all
                    select sku, ones, twos, threes, fours, fives from reviews.rating_delta) summands
                group by sku;

                comment on view reviews.rating_view is 'How many gave how much, to the last review.';

                grant usage on schema reviews to shop_reader;
                grant select on reviews.review_view, reviews.rating_view to shop_reader;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                drop view reviews.rating_view, reviews.review_view;
                revoke usage on schema reviews from shop_reader;
                """);
        }
    }
}
