using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Shop.Api.Search;
using Xunit;

namespace Shop.IntegrationTests.Search;

/// <summary>
/// Searches while an index of several tiers is rebuilt. Of its products, number n is the n-th least popular one, and comes
/// n-th in the order of SKUs.
/// </summary>
public sealed class SwapTests(SearchDatabase database) : IClassFixture<SearchDatabase>, IAsyncLifetime
{
    private const int Products = 3_000;
    private const int Tenth = Products / 10;

    /// <summary>Far more than a search takes, and far less than it waited for whatever a swap waits for.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2.5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (await database.Read<bool>("select exists (select from catalog.product)")) return;
        await database.Run(
            $$"""
            insert into catalog.category (id, name, path) values ('swaps', 'Swaps', '[{"id": "swaps", "name": "Swaps"}]');
            insert into catalog.product (
                sku, title, description, category_id, price_amount, currency, images, attributes, active, popularity, version)
            select 'SWAP-' || lpad(n::text, 4, '0'),
                'Gizmo' || case when n % 3 > 0 then ' frequent' else '' end || case when n % 10 = 0 then ' tenth' else '' end,
                '', 'swaps', 100, 'USD', '[]', '{}', true, n, 1
            from generate_series(1, {{Products}}) n
            """);
        await Rebuild();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_rebuild_puts_each_product_into_its_tier_as_it_fills()
    {
        var tiers = await database.Read<string>(
            """
            select string_agg(format('%s: %s to %s', tier, low, high), ', ' order by tier) from (
                select tier, min(popularity) as low, max(popularity) as high from search.document_view group by 1) t
            """);

        Assert.Equal("0: 2001 to 3000, 1: 1001 to 2000, 2: 1 to 1000", tiers);
    }

    [Fact]
    public async Task Of_more_hits_than_are_ranked_the_best_known_are_on_the_pages()
    {
        var expected = Enumerable.Range(1, Products).Where(number => number % 3 > 0).Reverse().Take(SearchStatement.MostHits)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"SWAP-{number:D4}"));

        var seen = new List<string>();
        var query = new SearchQuery { Text = "frequent", Sort = SearchSort.Popularity, Limit = 100 };
        do
        {
            var hits = (await database.Engine.Search(query, Cancellation))!;
            seen.AddRange(hits.Skus);
            query = query with { Cursor = hits.Next };
        }
        while (query.Cursor is not null);

        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task Searches_go_on_while_the_words_of_a_rebuild_are_merged()
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancellation);
        await using var holder = await connection.BeginTransactionAsync(Cancellation);
        await Run(connection, "update search.word set documents = documents");
        var rebuild = Rebuild();
        await Waiting.For("the merge waits for a word", () => database.Read<bool>(
            """
            select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
                and query like '%insert into search.word as w%')
            """));

        Assert.Equal(Tenth, await Count());

        await holder.RollbackAsync(Cancellation);
        await rebuild;
    }

    [Fact]
    public async Task A_swap_that_waits_for_a_long_reader_keeps_no_other_waiting()
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancellation);
        await using var reader = await connection.BeginTransactionAsync(Cancellation);
        await Run(connection, "lock table search.document_view in access share mode");
        var rebuild = Rebuild();
        await Waiting.For("the swap waits for a reader", () => database.Read<bool>(
            "select exists (select from pg_locks where not granted and relation = 'search.document_view'::regclass)"));

        var longest = TimeSpan.Zero;
        for (var i = 0; i < 20; i++) longest = Max(longest, (await Timed()).Took);
        Assert.True(longest < Long, $"A search took {longest}.");

        await reader.RollbackAsync(Cancellation);
        await rebuild;
    }

    [Fact]
    public async Task Searches_see_the_whole_and_wait_for_nothing_while_products_change_and_the_index_is_swapped()
    {
        using var done = new CancellationTokenSource();
        var searches = Search(done.Token);
        var changes = Change(done.Token);

        for (var i = 0; i < 2; i++) await Rebuild();
        await done.CancelAsync();
        await changes;

        var (counts, longest) = await searches;
        Assert.Equal([Tenth], counts);
        Assert.True(longest < Long, $"A search took {longest}.");
    }

    private async Task<(IEnumerable<long> Counts, TimeSpan Longest)> Search(CancellationToken until)
    {
        var (counts, longest) = (new HashSet<long>(), TimeSpan.Zero);
        while (!until.IsCancellationRequested)
        {
            var (count, took) = await Timed();
            counts.Add(count);
            longest = Max(longest, took);
        }

        return (counts, longest);
    }

    /// <summary>Prices move, product by product, in an order of their own.</summary>
    private async Task Change(CancellationToken until)
    {
        for (var i = 1; !until.IsCancellationRequested; i++)
        {
            var skus = Enumerable.Range(0, 20).Select(place => $"SWAP-{(i * 37 + place * 151) % Products + 1:D4}").ToArray();
            await database.Run(
                $"""
                update catalog.product set price_amount = {i}, version = version + 1
                where sku in ('{string.Join("', '", skus)}')
                """);
            await database.Indexer.Index(skus, Cancellation);
        }
    }

    private async Task<(long Count, TimeSpan Took)> Timed()
    {
        var began = Stopwatch.GetTimestamp();
        return (await Count(), Stopwatch.GetElapsedTime(began));
    }

    private async Task<long> Count() =>
        (await database.Engine.Search(new SearchQuery { Text = "tenth" }, Cancellation))!.Total;

    private async Task Rebuild() => Assert.Equal(Products, await database.Rebuild.Run(_ => { }, Cancellation));

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>
    /// No query: one would keep its snapshot for as long as its transaction, and so keep the rebuild from making an index.
    /// </summary>
    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
