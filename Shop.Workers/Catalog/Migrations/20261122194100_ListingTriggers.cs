using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Workers.Catalog.Migrations
{
    /// <summary>
    /// Keeps the listing as <c>listing_wanted</c> says, whoever changes a product or moves a category.
    /// <para>
    /// Locks are taken in one order: products by SKU (by those who write them), categories by id, then the listing. Who
    /// writes a product shares the lock of its category, the old and the new: a category does not move meanwhile. What is
    /// listed is read after that, by statements of their own, which see all that was committed before the lock was had.
    /// </para>
    /// </summary>
    [DbContext(typeof(CatalogDbContext))]
    [Migration("20261122194100_ListingTriggers")]
    internal sealed class ListingTriggers : Migration
    {
        private const string Wanted =
            """
            create view catalog.listing_wanted as
            select node.category_id, p.sku, p.popularity, p.price_amount as price,
                (extract(epoch from p.created_at) * 1000000)::bigint as newest,
                round(p.rating_average * 10000)::bigint * 1000000000 + p.rating_count as rating
            from catalog.product p
            join catalog.category c on c.id = p.category_id
            cross join lateral (
                select '' as category_id union select step ->> 'id' from jsonb_array_elements(c.path) as step) node
            where p.active;

            comment on view catalog.listing_wanted is
                'What the listing must be: each active product in its category, in all above it, and in the whole.';
            """;

        private const string Relist =
            """
            create function catalog.relist(skus text[]) returns void language plpgsql as $$
            begin
                delete from catalog.listing l
                where l.sku = any(skus) and not exists (
                    select from catalog.listing_wanted w where w.sku = l.sku and w.category_id = l.category_id);
                insert into catalog.listing as l (category_id, sku, popularity, price, newest, rating)
                select category_id, sku, popularity, price, newest, rating from catalog.listing_wanted
                where sku = any(skus)
                order by sku, category_id
                on conflict (sku, category_id) do update set popularity = excluded.popularity, price = excluded.price,
                    newest = excluded.newest, rating = excluded.rating
                where (l.popularity, l.price, l.newest, l.rating)
                    is distinct from (excluded.popularity, excluded.price, excluded.newest, excluded.rating);
            end $$;
            """;

        private const string Products =
            """
            create function catalog.relist_products() returns trigger language plpgsql as $$
            declare
                skus text[];
            begin
                if tg_op = 'INSERT' then
                    perform from catalog.category where id in (select category_id from written) order by id for share;
                    insert into catalog.listing (category_id, sku, popularity, price, newest, rating)
                    select category_id, sku, popularity, price, newest, rating from catalog.listing_wanted
                    where sku = any(array(select sku from written))
                    -- neighbours in the indexes go in together
                    order by category_id, popularity, sku;
                elsif tg_op = 'DELETE' then
                    perform from catalog.category where id in (select category_id from replaced) order by id for share;
                    delete from catalog.listing where sku = any(array(select sku from replaced));
                else
                    skus := array(
                        select w.sku from written w join replaced r on r.sku = w.sku
                        where (w.category_id, w.active, w.popularity, w.price_amount, w.created_at, w.rating_average,
                                w.rating_count)
                            is distinct from (r.category_id, r.active, r.popularity, r.price_amount, r.created_at,
                                r.rating_average, r.rating_count)
                        order by w.sku);
                    if cardinality(skus) > 0 then
                        perform from catalog.category
                        where id in (select category_id from written where sku = any(skus)
                            union select category_id from replaced where sku = any(skus))
                        order by id for share;
                        perform catalog.relist(skus);
                    end if;
                end if;
                return null;
            end $$;

            create trigger product_inserted_is_listed after insert on catalog.product
            referencing new table as written for each statement execute function catalog.relist_products();

            create trigger product_updated_is_listed after update on catalog.product
            referencing old table as replaced new table as written
            for each statement execute function catalog.relist_products();

            create trigger product_deleted_is_listed after delete on catalog.product
            referencing old table as replaced for each statement execute function catalog.relist_products();
            """;

        private const string Categories =
            """
            create function catalog.relist_moved_categories() returns trigger language plpgsql as $$
            declare
                skus text[];
            begin
                skus := array(
                    select p.sku from catalog.product p
                    where p.active and p.category_id = any(array(
                        select w.id from written w join replaced r on r.id = w.id
                        where jsonb_path_query_array(w.path, '$[*].id')
                            is distinct from jsonb_path_query_array(r.path, '$[*].id')))
                    order by p.sku);
                if cardinality(skus) > 0 then
                    perform catalog.relist(skus);
                end if;
                return null;
            end $$;

            create trigger moved_category_is_listed after update on catalog.category
            referencing old table as replaced new table as written
            for each statement execute function catalog.relist_moved_categories();
            """;

        private const string Views =
            """
            create or replace view catalog.product_view as
            select p.sku, p.title, p.description, p.brand, p.category_id, c.path as category_path,
                p.price_amount, p.currency, p.images, p.attributes, p.seller_id, p.active, p.popularity,
                p.version, p.created_at, p.updated_at, p.rating_average, p.rating_count
            from catalog.product p
            join catalog.category c on c.id = p.category_id;

            create view catalog.listing_view as
            select category_id, sku, popularity, price, newest, rating from catalog.listing;

            comment on view catalog.listing_view is
                'Active products by category with all below it; the category '''' is the whole catalogue. '
                'A page by any of its columns, sku for equals, is a walk along an index, either way.';

            grant select on catalog.listing_view to shop_reader;
            """;

        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Wanted);
            migrationBuilder.Sql(Relist);
            migrationBuilder.Sql(Products);
            migrationBuilder.Sql(Categories);
            migrationBuilder.Sql(
                """
                insert into catalog.listing (category_id, sku, popularity, price, newest, rating)
                select category_id, sku, popularity, price, newest, rating from catalog.listing_wanted;
                """);
            migrationBuilder.Sql(Views);
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                drop view catalog.listing_view;
                drop trigger moved_category_is_listed on catalog.category;
                drop trigger product_inserted_is_listed on catalog.product;
                drop trigger product_updated_is_listed on catalog.product;
                drop trigger product_deleted_is_listed on catalog.product;
                drop function catalog.relist_moved_categories();
                drop function catalog.relist_products();
                drop function catalog.relist(text[]);
                drop view catalog.listing_wanted;
                drop view catalog.product_view;
                create view catalog.product_view as
                select p.sku, p.title, p.description, p.brand, p.category_id, c.path as category_path,
                    p.price_amount, p.currency, p.images, p.attributes, p.seller_id, p.active, p.popularity,
                    p.version, p.created_at, p.updated_at
                from catalog.product p
                join catalog.category c on c.id = p.category_id;
                grant select on catalog.product_view to shop_reader;
                """);
        }
    }
}
