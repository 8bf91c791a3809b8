using System.Globalization;
using System.Linq;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Workers.Search.Migrations
{
    /// <summary>
    /// A walk looks at so many rows of a tier, whether or not their prices fit; until now it looked on until so many did.
    /// And it does not tell the system of each block that it will be read: they are in memory, and that is a second look
    /// into the buffers' table beside the read's own.
    /// </summary>
    [DbContext(typeof(SearchDbContext))]
    [Migration("20261127190000_BoundedLooks")]
    internal sealed class BoundedLooks : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Find(
                "limit 20 * most) looked where price_amount between min_price and max_price",
                "set effective_io_concurrency = 0"));
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Find("and v.price_amount between min_price and max_price limit 20 * most) looked", ""));
        }

        private static string Find(string looks, string setting) =>
            $$"""
            create or replace function search.find(wanted tsquery, min_price bigint, max_price bigint, most integer)
            returns table (
              sku text, brand text, category_id text, price_amount bigint, rating double precision, popularity bigint,
              created_at timestamptz, head tsvector)
            language plpgsql stable rows 500
            set plan_cache_mode = force_generic_plan
            set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off
            {{setting}}
            as $$
            #variable_conflict use_column
            declare
              -- Without a condition, whatever is in any tier.
              sought tsquery := case when numnode(wanted) > 0 then wanted else
                (select string_agg(quote_literal('t/' || tier), '|') from generate_series(0, 16) tier)::tsquery end;
            begin
              return query
                select d.sku, d.brand, d.category_id, d.price_amount, d.rating, d.popularity, d.created_at, d.head
                from ({{string.Join("\nunion all\n", Enumerable.Range(0, 17).Select(tier => Found(tier, looks)))}}) d
                limit most;
            end $$;
            """;

        private static string Found(int tier, string looks) => string.Create(CultureInfo.InvariantCulture,
            $"""
            (select * from (
              select v.sku, v.brand, v.category_id, v.price_amount, v.rating, v.popularity, v.created_at, v.head, v.standing
              from search.document_view v
              where v.tier = {tier} and v.words @@ sought
              {looks}
            order by standing desc limit most)
            """);
    }
}
