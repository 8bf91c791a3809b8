using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Workers.Search.Migrations
{
    /// <summary>What the search publishes, readable by the role <c>shop_reader</c>, and synonyms to begin with.</summary>
    [DbContext(typeof(SearchDbContext))]
    [Migration("20261122195600_Views")]
    internal sealed class Views : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                $$"""
                create view search.document_view as
                select sku, title, brand, category_id, price_amount, rating, popularity, created_at, standing, tier, head, words
                from search.document_a;

                comment on view search.document_view is 'The index that serves; a rebuild puts its twin behind this name.';

                create view search.word_view as select word, lexeme, documents, plain from search.word;
                create view search.category_view as select id, name, path from search.category;
                create view search.synonym_view as select id, terms from search.synonym;
                create view search.state_view as select documents, text_stamp from search.index_state;

                create view search.suggestion_view as
                select d.sku, d.title, d.brand, c.name as category, d.popularity
                from search.document_view d
                left join search.category_view c on c.id = d.category_id
                order by d.standing desc
                limit 50000;

                comment on view search.suggestion_view is 'The best known products, the best first.';

                -- How many products have it, if not more than so many.
                create function search.count_up_to(most integer, wanted tsquery) returns bigint
                language plpgsql stable
                set plan_cache_mode = force_generic_plan
                set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off
                as $$
                begin
                  return (select count(*) from (select from ({{Tiers(Counted)}}) d limit most) found);
                end $$;

                -- Hits by tiers of popularity: first among the thousand most popular products, then the next thousand, the
                -- next two, four, eight thousand, until there are enough. An index for each tier is walked only when those
                -- before it did not have enough, which is what a limit makes of a union: so a word that a tenth of a million
                -- products have is answered from some five thousand, and a rare one from all. Each tier gives the best known
                -- of its hits, so that every page is of the same ones; among more than twenty times the most, of whichever
                -- come first, since each has to be looked at.
                create function search.find(wanted tsquery, min_price bigint, max_price bigint, most integer)
                returns table (
                  sku text, brand text, category_id text, price_amount bigint, rating double precision, popularity bigint,
                  created_at timestamptz, head tsvector)
                language plpgsql stable rows 500
                set plan_cache_mode = force_generic_plan
                set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off
                as $$
                #variable_conflict use_column
                declare
                  -- Without a condition, whatever is in any tier.
                  sought tsquery := case when numnode(wanted) > 0 then wanted else
                    (select string_agg(quote_literal('t/' || tier), '|') from generate_series(0, 16) tier)::tsquery end;
                begin
                  return query
                    select d.sku, d.brand, d.category_id, d.price_amount, d.rating, d.popularity, d.created_at, d.head
                    from ({{Tiers(Found)}}) d
                    limit most;
                end $$;

                -- Words that look alike. Two letters that are swapped leave a short word little in common with itself.
                create function search.similar(wanted text, most integer)
                returns table (word text, documents bigint)
                language sql stable
                set pg_trgm.similarity_threshold = 0.2 set enable_seqscan = off
                as $$
                  select w.word, w.documents from search.word_view w
                  where w.plain and w.word % wanted
                  order by similarity(w.word, wanted) desc, w.documents desc
                  limit most
                $$;

                grant usage on schema search to shop_reader;
                grant select on search.document_view, search.word_view, search.category_view, search.synonym_view,
                  search.state_view, search.suggestion_view to shop_reader;
                """);
            migrationBuilder.Sql(
                """
                insert into search.synonym (terms) values
                  (array['tv', 'television']),
                  (array['cell phone', 'cellphone', 'mobile phone', 'smartphone']),
                  (array['laptop', 'notebook']),
                  (array['fridge', 'refrigerator']),
                  (array['earbuds', 'earphones', 'in-ear headphones']),
                  (array['washer', 'washing machine']),
                  (array['vacuum', 'vacuum cleaner', 'hoover']),
                  (array['couch', 'sofa']),
                  (array['stove', 'cooker', 'range']),
                  (array['power bank', 'portable charger', 'external battery', 'battery pack', 'power pack']),
                  (array['headset', 'earpiece']),
                  (array['screen protector', 'screen guard']),
                  (array['case', 'cover']),
                  (array['smartwatch', 'smart watch']),
                  (array['watch band', 'watch strap']),
                  (array['car mount', 'car holder', 'car cradle']),
                  (array['selfie stick', 'monopod']),
                  (array['hotspot', 'mifi']),
                  (array['refurbished', 'pre-owned', 'renewed']),
                  (array['usb stick', 'flash drive', 'thumb drive']),
                  (array['cable', 'cord']),
                  (array['bike', 'bicycle']),
                  (array['flashlight', 'torch']),
                  (array['sneakers', 'trainers'])
                """);
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                drop function search.similar(text, integer);
                drop function search.count_up_to(integer, tsquery);
                drop function search.find(tsquery, bigint, bigint, integer);
                drop view search.suggestion_view, search.state_view, search.synonym_view, search.category_view, search.word_view,
                    search.document_view;
                revoke usage on schema search from shop_reader;
                delete from search.synonym;
                """);
        }

        private static string Tiers(Func<int, string> one) =>
            string.Join("\nunion all\n", Enumerable.Range(0, 17).Select(one));

        private static string Counted(int tier) =>
            $"(select from search.document_view v where v.tier = {tier} and v.words @@ wanted limit most)";

        private static string Found(int tier) =>
            $"""
            (select * from (
              select v.sku, v.brand, v.category_id, v.price_amount, v.rating, v.popularity, v.created_at, v.head, v.standing
              from search.document_view v
              where v.tier = {tier} and v.words @@ sought and v.price_amount between min_price and max_price
              limit 20 * most) t{tier}
            order by standing desc limit most)
            """;
    }
}
