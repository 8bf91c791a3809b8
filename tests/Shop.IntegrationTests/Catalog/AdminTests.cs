using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

[Collection(StorefrontCollection.Name)]
public sealed class When_the_shops_people_change_something(ShopProcesses shop) : ShopTest(shop)
{
    private readonly Operator _operator = new(shop);

    [Fact]
    public async Task A_product_is_put_and_shown()
    {
        var answer = await _operator.Put("/admin/products/ADM-1", new
        {
            title = "Kettle",
            description = "Boils.",
            brand = "Hob",
            categoryId = "kettles",
            price = new { amount = 4_999, currency = "USD" },
            images = new[] { "https://images.example/kettle.jpg" },
            attributes = new Dictionary<string, string> { ["colour"] = "red" },
            active = true,
            popularity = 7,
            sellerId = "s1",
        });

        Assert.Equal((202, "/products/ADM-1"), (answer.Status, answer.Header("Location")));
        var page = await Sees("ADM-1", page => page.Status == 200);
        Assert.Equal(("Kettle", "Hob", "s1"), (page.Text("title"), page.Text("brand"), page.Text("sellerId")));
        Assert.Equal("red", page.Json.GetProperty("attributes").GetProperty("colour").GetString());
    }

    [Fact]
    public async Task Of_puts_that_follow_each_other_the_last_stands()
    {
        foreach (var price in Enumerable.Range(1, 12))
            Assert.Equal(202, (await _operator.Put("/admin/products/ADM-2", Operator.Product(price: price))).Status);

        await Waiting.Until(async () => await Shop.Broker.Count("catalog.put-product") == 0);
        var page = await Sees("ADM-2", page => page.Status == 200 && PriceOf(page) == 12);
        Assert.Equal(12, PriceOf(page));
    }

    [Fact]
    public async Task A_receipt_counts_once_for_its_reference()
    {
        await _operator.Put("/admin/products/ADM-3", Operator.Product());
        await Sees("ADM-3", page => page.Status == 200);
        foreach (var _ in Enumerable.Range(0, 3))
            Assert.Equal(202, (await Receive("ADM-3", "G01", "note-1")).Status);
        Assert.Equal(202, (await Receive("ADM-3", "G01", "note-2")).Status);

        await Sees("ADM-3", page => page.Text("availability") == "IN_STOCK");

        await Waiting.Until(async () => await Shop.Broker.Count("inventory.receive-stock") == 0);
        await Shop.Books.StockBecomes("ADM-3", new Stock(12, 0, 0));
    }

    [Fact]
    public async Task A_warehouse_is_opened_and_takes_goods()
    {
        var code = $"ADM-{Guid.NewGuid():N}"[..12].ToUpperInvariant();
        Assert.Equal(400, (await Receive("ADM-4", code, "note-1")).Status);

        var answer = await _operator.Put($"/admin/warehouses/{code}", new
        {
            name = "Depot",
            address = new { name = "Depot", line1 = "1 Way", city = "Hill", postalCode = "55425", country = "US" },
            latitude = 44.8,
            longitude = -93.2,
        });

        Assert.Equal(202, answer.Status);
        await Waiting.Until(async () => (await Receive("ADM-4", code, "note-1")).Status == 202);
        await Shop.Books.StockBecomes("ADM-4", new Stock(6, 0, 0));
    }

    [Fact]
    public async Task What_is_wrong_is_said_field_by_field()
    {
        var problem = (await _operator.Put("/admin/products/ADM-5", new
        {
            title = "",
            categoryId = "kettles",
            price = new { amount = -1, currency = "dollars" },
            active = true,
        })).Refused(400, "validation");

        Assert.Equal(
            ["price.amount", "price.currency", "title"],
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
    }

    [Fact]
    public async Task A_category_that_there_is_not_is_refused() => Assert.True(
        (await _operator.Put("/admin/products/ADM-6", Operator.Product(category: "nowhere"))).Refused(400, "validation")
            .GetProperty("errors").TryGetProperty("categoryId", out _));

    [Fact]
    public async Task A_member_that_nobody_knows_is_refused() => (await _operator.Put(
        "/admin/products/ADM-7", new { title = "Kettle", categoryId = "kettles", active = true, prize = 3 }))
        .Refused(400, "validation");

    [Fact]
    public async Task A_customer_is_forbidden() => (await new Operator(Shop, "customer")
        .Put("/admin/products/ADM-8", Operator.Product())).Refused(403, "forbidden");

    [Fact]
    public async Task A_stranger_is_asked_who_he_is() => (await new Operator(Shop, null)
        .Post("/admin/stock/receipts", new { })).Refused(401, "unauthorized");

    private Task<Answer> Receive(string sku, string warehouse, string reference) =>
        _operator.Post("/admin/stock/receipts", new { sku, warehouse, quantity = 6, reference });

    private Task<Answer> Sees(string sku, Func<Answer, bool> isSeen) =>
        Waiting.For($"{sku} is seen", () => _operator.Get($"/products/{sku}"), answer => answer.Status == 200 && isSeen(answer));

    private static long PriceOf(Answer page) => page.Json.GetProperty("price").GetProperty("amount").GetInt64();
}
