using System.Text.Json;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

[Collection(StorefrontCollection.Name)]
public sealed class When_someone_browses(ShopProcesses shop) : ShopTest(shop)
{
    private readonly Operator _visitor = new(shop, null);
    private readonly Operator _operator = new(shop);

    [Fact]
    public async Task A_category_is_shown_page_by_page_with_all_below_it()
    {
        var all = await Items("/products?category=garden&sort=price&limit=100");
        var pages = new List<JsonElement>();
        for (var path = "/products?category=garden&sort=price&limit=7"; path is not null;)
        {
            var page = await _visitor.Get(path);
            Assert.Equal(200, page.Status);
            pages.AddRange(page.Json.GetProperty("items").EnumerateArray());
            var next = page.Json.GetProperty("next").GetString();
            path = next is null ? null : $"/products?category=garden&sort=price&limit=7&cursor={next}";
        }

        Assert.Equal(all.Select(Sku), pages.Select(Sku));
        Assert.Equal(40, all.Count(card => Sku(card).StartsWith("GAR-", StringComparison.Ordinal)));
        Assert.Equal(all.Select(PriceOf).Order(), all.Select(PriceOf));
    }

    [Fact]
    public async Task Without_a_category_all_is_shown_and_what_sells_most_comes_first()
    {
        var page = await _visitor.Get("/products");

        Assert.Equal(20, page.Json.GetProperty("items").GetArrayLength());
        Assert.NotNull(page.Json.GetProperty("next").GetString());
    }

    [Theory]
    [InlineData("sort=cheapest", "sort")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("category=no%20where", "category")]
    [InlineData("cursor=", "cursor")]
    [InlineData("cursor=AAAA", "cursor")]
    public async Task What_cannot_be_asked_is_refused(string query, string field) => Assert.True(
        (await _visitor.Get($"/products?{query}")).Refused(400, "validation")
            .GetProperty("errors").TryGetProperty(field, out _));

    [Fact]
    public async Task A_cursor_serves_only_the_list_that_it_came_from()
    {
        var next = (await _visitor.Get("/products?category=garden&sort=price&limit=3")).Text("next");

        (await _visitor.Get($"/products?category=garden&sort=-price&limit=3&cursor={next}")).Refused(400, "validation");
        (await _visitor.Get($"/products?category=kitchen&sort=price&limit=3&cursor={next}")).Refused(400, "validation");
    }

    [Theory]
    [InlineData("/products?category=nowhere")]
    [InlineData("/categories/nowhere")]
    [InlineData("/categories/no%20where")]
    public async Task A_category_that_there_is_not_is_not_found(string path) =>
        (await _visitor.Get(path)).Refused(404, "not-found");

    [Theory]
    [InlineData("/products?category=garden&sort=rating")]
    [InlineData("/categories")]
    [InlineData("/categories/garden")]
    public async Task A_cache_may_keep_it_and_ask_whether_it_is_still_so(string path)
    {
        var first = await _visitor.Get(path);
        var second = await _visitor.Get(path, first.Header("ETag"));

        Assert.Equal((200, 304), (first.Status, second.Status));
        Assert.Equal("public, max-age=60, stale-while-revalidate=300", first.Header("Cache-Control"));
        Assert.Matches("\\A\"[A-Za-z0-9_-]+\"\\z", first.Header("ETag")!);
    }

    [Fact]
    public async Task The_tree_counts_what_is_for_sale_in_each_node_and_below()
    {
        string[] generated = ["Desk", "Garden", "Kitchen", "Outdoors", "Sound"];
        var roots = (await _visitor.Get("/categories")).Json.GetProperty("items").EnumerateArray()
            .Where(root => generated.Contains(root.GetProperty("name").GetString())).ToList();

        Assert.Equal(generated, roots.Select(root => root.GetProperty("name").GetString()));
        var garden = roots[1];
        Assert.Equal(3, garden.GetProperty("children").GetArrayLength());
        Assert.Equal(
            garden.GetProperty("productCount").GetInt64(),
            garden.GetProperty("children").EnumerateArray().Sum(child => child.GetProperty("productCount").GetInt64()));
    }

    [Fact]
    public async Task A_node_is_shown_with_its_path_and_its_children()
    {
        var node = (await _visitor.Get("/categories/watering-cans")).Json;

        Assert.Equal(
            "Garden > Watering Cans",
            string.Join(" > ", node.GetProperty("path").EnumerateArray()
                .Select(step => step.GetProperty("name").GetString())));
        Assert.Empty(node.GetProperty("children").EnumerateArray());
        Assert.True(node.GetProperty("productCount").GetInt64() > 0);
    }

    [Fact]
    public async Task A_rating_that_was_given_shows_on_the_product_and_in_its_list()
    {
        await _operator.Put("/admin/products/RATED-1", Operator.Product(category: "pens"));
        await Waiting.Until(async () => (await _visitor.Get("/products/RATED-1")).Status == 200);

        await using var command = Shop.Database.CreateCommand("""
            insert into reviews.rating (sku, ones, twos, threes, fours, fives) values ('RATED-1', 0, 0, 0, 500000, 500000)
            """);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await Publish("Reviews", "RatingsChanged", new
        {
            // What it is by now is what the reviews publish.
            products = new[] { new { sku = "RATED-1", average = 1.0, count = 1 } },
        });

        await Waiting.Until(async () =>
            (await _visitor.Get("/products?category=pens&sort=rating&limit=1")).Json.GetProperty("items")[0] is var card
            && Sku(card) == "RATED-1" && card.GetProperty("rating").GetProperty("average").GetDouble() == 4.5);
        await Waiting.Until(async () => (await _visitor.Get("/products/RATED-1")).Json
            .GetProperty("rating").GetProperty("count").GetInt32() == 1_000_000);
    }

    [Fact]
    public async Task A_band_of_availability_that_moves_is_told_once_and_shown()
    {
        var ear = await Shop.Broker.Listen("Shop.Contracts.Inventory:AvailabilityChanged");
        var sku = await Shop.Goods.Offer(stock: 10);
        await Waiting.Until(async () => await Band(sku) == "IN_STOCK");
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, sku, 4);
        await buyer.Sees(orderId, "CONFIRMED");
        await Waiting.Until(async () => await Band(sku) == "LOW_STOCK");

        await Waiting.Until(() => Bands(ear, sku).Count == 2);
        Assert.Equal(["IN_STOCK", "LOW_STOCK"], Bands(ear, sku));
    }

    [Fact]
    public async Task An_import_that_a_power_cut_ended_goes_on_and_all_of_it_is_told()
    {
        const int count = 6_000;
        var ear = await Shop.Broker.Listen("Shop.Contracts.Catalog:ProductsChanged");
        var file = Path.Combine(Path.GetTempPath(), $"shop_test_{Guid.NewGuid():N}.json");
        try
        {
            var records = Enumerable.Range(1, count).Select(number => $$"""
                { "name": "Mug {{number}}", "price": 1, "categories": ["Mugs"], "image": "/77{{number}}_a.png" }
                """);
            await File.WriteAllTextAsync(file, $"[{string.Join(',', records)}]", TestContext.Current.CancellationToken);
            await Shop.Workers.Interrupt(() => HasTaken(file, 1_000), "import", file, "--stock", "0");
            Assert.False(await HasTaken(file, count));

            await Shop.Workers.Run("import", file, "--stock", "0");
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Contains(Shop.Workers.Output, line => line.Contains(" written before", StringComparison.Ordinal));
        Assert.Equal((count, count), (await Mugs("true"), await Mugs("version = 1")));
        await Waiting.For("every product is told", () => Task.FromResult(Products(ear)
            .Select(Sku)
            .Where(sku => sku.StartsWith("77", StringComparison.Ordinal)).Distinct().Count()), told => told == count);
    }

    private async Task<bool> HasTaken(string file, int records) => await Shop.Books.Count(
        "select count(*) from catalog.imported_file where name = $1 and records >= $2", Path.GetFileName(file), records) > 0;

    private async Task<int> Mugs(string condition) => (int)await Shop.Books.Count(
        $"select count(*) from catalog.product where sku like '77%' and {condition}");

    private async Task<string> Band(string sku) => (await _visitor.Get($"/products/{sku}")).Text("availability");

    private async Task<List<JsonElement>> Items(string path) =>
        [.. (await _visitor.Get(path)).Json.GetProperty("items").EnumerateArray()];

    private static List<string> Bands(TestBroker.Ear ear, string sku) =>
    [
        .. Products(ear).Where(product => Sku(product) == sku)
            .Select(product => product.GetProperty("band").GetString()!),
    ];

    private Task Publish(string context, string name, object message) => Shop.Broker.Send(
        $"Shop.Contracts.{context}:{name}", "application/vnd.masstransit+json", JsonSerializer.SerializeToUtf8Bytes(new
        {
            messageId = Guid.NewGuid(),
            messageType = new[] { $"urn:message:Shop.Contracts.{context}:{name}" },
            message,
        }));

    private static IEnumerable<JsonElement> Products(TestBroker.Ear ear) => ear.All.SelectMany(heard =>
        JsonElement.Parse(heard.Body).GetProperty("message").GetProperty("products").EnumerateArray());

    private static string Sku(JsonElement card) => card.GetProperty("sku").GetString()!;

    private static long PriceOf(JsonElement card) => card.GetProperty("price").GetProperty("amount").GetInt64();
}
