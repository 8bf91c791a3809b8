using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Workers.Search.Migrations
{
    /// <summary>The index in PostgreSQL: twin tables of documents, and the words that they have.</summary>
    [DbContext(typeof(SearchDbContext))]
    [Migration("20261122195500_Tables")]
    internal sealed class Tables : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                create extension if not exists pg_trgm;

                -- English stems, without stop words: "The Who" is a band.
                create text search dictionary search.stem (template = snowball, language = english);

                create function search.lexeme(token text) returns text
                language sql immutable strict parallel safe as $$
                  select coalesce((pg_catalog.ts_lexize('search.stem', token))[1], token)
                $$;

                create table search.document_a (
                  sku text collate "C" primary key,
                  title text not null,
                  brand text,
                  category_id text collate "C" not null,
                  price_amount bigint not null,
                  rating double precision not null,
                  popularity bigint not null,
                  created_at timestamptz not null,
                  -- Popularity with a fraction that tells equals apart.
                  standing double precision not null,
                  tier smallint not null,
                  version bigint not null,
                  fingerprint bigint not null,
                  text_hash bigint not null,
                  -- Title (A), brand (B), categories (C) and attributes (D), with their places: what hits are ranked by.
                  head tsvector not null,
                  -- All words, and the marks of what is filtered by, without places: what products are found by.
                  words tsvector not null
                ) with (toast_tuple_target = 512);
                alter table search.document_a alter column title set storage main, alter column head set storage main;
                create table search.document_b (like search.document_a including all);
                create index ix_document_a_standing on search.document_a (standing desc);
                create index ix_document_b_standing on search.document_b (standing desc);

                -- Words have an index for each tier: a search walks from one to the next, and whatever is less known than
                -- what it needs costs it nothing.
                do $$
                begin
                  for tier in 0..16 loop
                    execute format('create index ix_document_a_words_%1$s on search.document_a using gin (words)
                      with (fastupdate = off) where tier = %1$s', tier);
                    execute format('create index ix_document_b_words_%1$s on search.document_b using gin (words)
                      with (fastupdate = off) where tier = %1$s', tier);
                  end loop;
                end $$;

                create table search.index_state (
                  id boolean primary key default true check (id),
                  live text not null default 'document_a' check (live in ('document_a', 'document_b')),
                  shadow text check (shadow in ('document_a', 'document_b') and shadow <> live),
                  documents bigint not null default 0,
                  -- How many there were when the tiers were last drawn.
                  tiered bigint not null default 0,
                  -- Moves when titles or brands change.
                  text_stamp bigint not null default 0
                );
                insert into search.index_state default values;

                create table search.tier (
                  tier smallint primary key,
                  standing double precision not null
                );

                create table search.category (
                  id text collate "C" primary key,
                  name text not null,
                  path text[] not null
                );

                create table search.word (
                  word text collate "C" primary key,
                  lexeme text collate "C" not null,
                  documents bigint not null,
                  plain boolean not null generated always as (word ~ '^[a-z]{4,}$') stored
                ) with (fillfactor = 80);

                -- The words of a shadow, counted while it is filled.
                create table search.word_shadow (like search.word including generated including storage, primary key (word));
                create index ix_word_lexeme on search.word (lexeme);
                create index ix_word_similar on search.word using gin (word gin_trgm_ops) where plain;
                """);
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                drop table search.word_shadow, search.word, search.category, search.tier, search.index_state, search.document_b,
                    search.document_a;
                drop function search.lexeme(text);
                drop text search dictionary search.stem;
                """);
        }
    }
}
