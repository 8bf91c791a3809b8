using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shop.Api.Catalog;
using Shop.Api.Recommendations;
using Shop.IntegrationTests.Browse;
using Shop.Messaging.Hosting;
using Shop.Workers.Recommendations;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

/// <summary>Category pages as the API reads them, by the role that it reads with.</summary>
public sealed class CategoryPageTests(CategoryPageTests.Fixture fixture) : IClassFixture<CategoryPageTests.Fixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Sorts => [.. ListingSort.All.Select(sort => sort.Name)];

    [Theory]
    [MemberData(nameof(Sorts))]
    public async Task Page_after_page_shows_every_product_once_in_order(string name)
    {
        var sort = ListingSort.Find(name)!;

        var shown = await Walk("garden", sort, 37);

        Assert.Equal(await Expected("garden", sort), shown.Select(card => card.Sku));
    }

    [Fact]
    public async Task Without_a_category_it_is_the_whole_catalogue() => Assert.Equal(
        await Expected("", ListingSort.Price),
        (await Walk("", ListingSort.Price, 100)).Select(card => card.Sku));

    [Fact]
    public async Task A_page_that_ends_the_list_has_no_next()
    {
        var all = await Expected("garden-watering-hoses", ListingSort.Price);

        var page = await fixture.Pages.Read(
            "garden-watering-hoses", ListingSort.Price, ListingSort.Price.Start, all.Count, Token);

        Assert.Equal(all.Count, page.Items.Count);
        Assert.Null(page.Next);
    }

    [Theory]
    [MemberData(nameof(Sorts))]
    public async Task While_products_change_the_others_are_neither_skipped_nor_shown_twice(string name)
    {
        var sort = ListingSort.Find(name)!;
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        // Those that end in 7 change all the time, and are put back in the end.
        var steady = (await Expected("toys", sort)).Where(sku => !sku.EndsWith('7')).ToList();
        try
        {
            var shown = new List<string>();
            var place = sort.Start;
            for (var hasNext = true; hasNext;)
            {
                var page = await fixture.Pages.Read("toys", sort, place, 11, Token);
                shown.AddRange(page.Items.Select(card => card.Sku));
                hasNext = page.Next is not null;
                if (hasNext) place = After(page.Next!, "toys", sort);
                await fixture.Database.Run($"""
                    update catalog.product set price_amount = {random.Next(1, 50_000)}, popularity = {random.Next(1_000)},
                        rating_average = {random.Next(1, 5)}, rating_count = 1, active = {(random.Next(3) > 0 ? "true" : "false")},
                        category_id = '{(random.Next(2) == 0 ? "garden-watering-hoses" : "toys-games-chess-sets")}',
                        created_at = now() - interval '{random.Next(9)} days'
                    where sku like 'L%{random.Next(10)}7'
                    """);
            }

            Assert.Equal(steady, shown.Where(sku => !sku.EndsWith('7')));
        }
        finally
        {
            await fixture.Restore();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("garden")]
    [InlineData("garden-watering")]
    [InlineData("garden-watering-hoses")]
    public async Task A_page_is_a_walk_along_an_index_and_reads_no_more_than_it_shows(string category)
    {
        foreach (var sort in ListingSort.All)
            foreach (var place in new[] { sort.Start, await Middle(category, sort) })
            {
                var (nodes, rows) = await Explain(category, sort, place, 21);

                Assert.True(nodes.All(node => node is "Limit" or "Index Scan" or "Index Only Scan"
                        or "Index Only Scan Backward" or "Result"), $"{sort.Name}: {string.Join(", ", nodes)}");
                Assert.True(rows <= 21, $"{sort.Name} read {rows} rows");
            }
    }

    [Fact]
    public async Task The_tree_is_read_without_a_look_at_the_products()
    {
        await using var command = fixture.Reads.Source.CreateCommand(
            $"explain {Categories.TreeStatement.Replace("$1", "10", StringComparison.Ordinal)}");
        await using var reader = await command.ExecuteReaderAsync(Token);
        var plan = new List<string>();
        while (await reader.ReadAsync(Token)) plan.Add(reader.GetString(0));

        Assert.Contains(plan, line => line.Contains(" on category", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.Contains("product", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_sells_where_nothing_was_bought_is_what_is_best_known_there_and_then_a_level_up()
    {
        const int most = 40;
        var (hoses, watering) = (
            await Expected("garden-watering-hoses", ListingSort.Popularity),
            await Expected("garden-watering", ListingSort.Popularity));
        using var categories = new Categories(fixture.Reads, TimeProvider.System, NullLogger<Categories>.Instance);
        using var bestSellers = new BestSellers(fixture.Reads, categories, TimeProvider.System);

        Assert.InRange(hoses.Count, 1, most - 1);
        Assert.Equal(hoses.Union(watering.Take(most)), await bestSellers.Of("garden-watering-hoses"));
        Assert.Equal(watering.Take(most), await bestSellers.Of("garden-watering"));
    }

    [Fact]
    public async Task The_real_catalogue_is_listed_whole()
    {
        var folder = SharedData.Folder;
        Assert.SkipWhen(folder is null, SharedData.Missing);
        await using var real = new Fixture();
        await real.Begin(folder, "--stock", "0");

        var all = new List<string>();
        var place = ListingSort.Rating.Start;
        for (string? next = ""; next is not null;)
        {
            var page = await real.Pages.Read("", ListingSort.Rating, place, 100, Token);
            all.AddRange(page.Items.Select(card => card.Sku));
            next = page.Next;
            if (next is not null) place = After(next, "", ListingSort.Rating);
        }

        Assert.Equal((3_291, 3_291), (all.Count, all.Distinct().Count()));
        using var categories = new Categories(
            real.Reads, TimeProvider.System, NullLogger<Categories>.Instance);
        var tree = JsonElement.Parse((await categories.Get(Token)).Page.Json).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(3_291, tree.Sum(node => node.GetProperty("productCount").GetInt32()));
        Assert.Equal(4_733, tree.Sum(Nodes));
    }

    private static int Nodes(JsonElement node) => 1 + node.GetProperty("children").EnumerateArray().Sum(Nodes);

    private async Task<List<ProductCard>> Walk(string category, ListingSort sort, int limit)
    {
        var shown = new List<ProductCard>();
        var place = sort.Start;
        while (true)
        {
            var page = await fixture.Pages.Read(category, sort, place, limit, Token);
            shown.AddRange(page.Items);
            if (page.Next is null) return shown;
            Assert.Equal(limit, page.Items.Count);
            place = After(page.Next, category, sort);
        }
    }

    /// <summary>Sorted here, from the products themselves.</summary>
    private async Task<List<string>> Expected(string category, ListingSort sort)
    {
        await using var context = fixture.Database.OpenContext();
        var paths = await context.Categories.AsNoTracking().ToDictionaryAsync(node => node.Id, node => node.Path, Token);
        var products = (await context.Products.AsNoTracking().Where(product => product.Active).ToListAsync(Token))
            .Where(product => category.Length == 0 || paths[product.CategoryId].Any(step => step.Id == category))
            .ToList();
        var ordered = sort.Name switch
        {
            "price" or "-price" => products.OrderBy(product => product.PriceAmount),
            "popularity" => products.OrderBy(product => product.Popularity),
            "newest" => products.OrderBy(product => product.CreatedAt),
            _ => products.OrderBy(product => product.RatingAverage).ThenBy(product => product.RatingCount),
        };
        var skus = ordered.ThenBy(product => product.Sku, StringComparer.Ordinal).Select(product => product.Sku).ToList();
        if (sort.Name != "price") skus.Reverse();
        return skus;
    }

    private async Task<ListingPlace> Middle(string category, ListingSort sort)
    {
        var skus = await Expected(category, sort);
        var page = await fixture.Pages.Read(category, sort, sort.Start, Math.Min(100, skus.Count / 2), Token);
        return After(page.Next!, category, sort);
    }

    private static ListingPlace After(string next, string category, ListingSort sort)
    {
        Assert.True(CategoryPages.CursorOf(category, sort).TryRead(next, out var last));
        return new ListingPlace(last.Sort, last.Key);
    }

    private async Task<(List<string> Nodes, long Rows)> Explain(
        string category, ListingSort sort, ListingPlace place, int limit)
    {
        await using var command = fixture.Reads.Source.CreateCommand($"explain (analyze, format json) {sort.Statement}");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = category });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = place.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = place.Sku });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var plan = JsonElement.Parse((string)(await command.ExecuteScalarAsync(Token))!)[0].GetProperty("Plan");
        var (nodes, rows) = (new List<string>(), 0L);
        Visit(plan);
        return (nodes, rows);

        void Visit(JsonElement node)
        {
            nodes.Add(node.GetProperty("Node Type").GetString()!);
            rows = Math.Max(rows, node.GetProperty("Actual Rows").GetInt64()
                + (node.TryGetProperty("Rows Removed by Filter", out var removed) ? removed.GetInt64() : 0));
            if (node.TryGetProperty("Plans", out var below))
                foreach (var child in below.EnumerateArray()) Visit(child);
        }
    }

    /// <summary>Six thousand generated products, some of them rated.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private CacheInstance? _cache;
        private NpgsqlDataSource? _source;

        internal CatalogDatabase Database { get; } = new();
        internal ReadsDatabase Reads { get; private set; } = null!;
        internal CategoryPages Pages { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Begin("--generate", "6000", "--stock", "0");
            await Database.Run("""
                update catalog.product set rating_average = 1 + abs(hashtext(sku)) % 5 * 0.9, rating_count = abs(hashtext(sku)) % 7,
                    created_at = now() - abs(hashtext(sku)) % 1000 * interval '1 minute'
                """);
            await Database.Run("create table kept as select * from catalog.product");
            await Database.Run("vacuum analyze catalog.listing");
        }

        public async ValueTask DisposeAsync()
        {
            if (_cache is not null) await _cache.DisposeAsync();
            if (_source is not null) await _source.DisposeAsync();
            await Database.DisposeAsync();
        }

        internal async Task Begin(params string[] import)
        {
            await Database.InitializeAsync();
            await using var recommendations = new RecommendationsDbContext(
                ContextOptions.Of<RecommendationsDbContext>(Database.Source));
            await recommendations.Database.MigrateAsync();
            var (exitCode, output) = await Database.Import(import);
            Assert.True(exitCode == 0, output);
            var reader = new NpgsqlConnectionStringBuilder(Database.ConnectionString)
            {
                Options = "-c role=shop_reader -c enable_seqscan=off -c jit=off",
            };
            _source = NpgsqlDataSource.Create(reader.ConnectionString);
            Reads = new ReadsDatabase(_source);
            _cache = await CacheInstance.Start(
                Environment.GetEnvironmentVariable("SHOP_TEST_REDIS")!, $"shop_test_{Guid.NewGuid():N}:",
                TimeSpan.FromSeconds(20));
            Pages = new CategoryPages(Reads, new ProductCards(Reads, new Availability(Reads), _cache.Cache));
        }

        internal Task Restore() => Database.Run("""
            update catalog.product p set price_amount = k.price_amount, popularity = k.popularity, active = k.active,
                rating_average = k.rating_average, rating_count = k.rating_count, category_id = k.category_id,
                created_at = k.created_at
            from kept k where k.sku = p.sku
            """);
    }
}
