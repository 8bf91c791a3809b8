using Shop.IntegrationTests.Checkout;
using StackExchange.Redis;
using Xunit;

namespace Shop.IntegrationTests.Carts;

public sealed class When_a_cart_is_filled(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task Two_hundred_adds_at_once_come_to_their_sum()
    {
        using var shopper = new Shopper(Shop.Api);
        var skus = new List<string>();
        for (var number = 0; number < 4; number++) skus.Add(await Shop.Goods.Offer(stock: 0, price: 150));
        await shopper.Add(skus[0]);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 100 },
            async (number, _) => Assert.Equal(200, (await shopper.Add(skus[number % 4])).Status));

        var cart = await shopper.Get("/cart");
        Assert.Equal([51, 50, 50, 50], Shopper.Lines(cart).Select(line => line.Quantity).OrderDescending());
        Assert.Equal(201 * 150, Shopper.Amount(cart.Json.GetProperty("subtotal")));
    }

    [Fact]
    public async Task A_hundredth_of_one_is_refused_and_changes_nothing()
    {
        using var shopper = new Shopper(Shop.Api);
        var sku = await Shop.Goods.Offer(stock: 0);
        await shopper.Add(sku, 60);

        (await shopper.Add(sku, 40)).Refused(400, "validation");

        Assert.Equal($"{sku}×60", await shopper.Cart());
    }

    [Theory]
    [InlineData("%23")]
    [InlineData("%3E")]
    [InlineData("A%0AB")]
    public async Task What_is_no_SKU_removes_nothing(string sku)
    {
        using var shopper = new Shopper(Shop.Api);
        shopper.LogIn();
        var good = await Shop.Goods.Offer(stock: 0);
        await shopper.Add(good);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Shop.Redis);
        var cart = $"{Shop.KeyPrefix}cart:{{user:{shopper.Subject}}}";
        var before = await redis.GetDatabase().HashGetAllAsync(cart);

        Assert.Equal($"{good}×1", Shopper.Told(await shopper.Remove(sku)));
        Assert.Equal($"{good}×1", Shopper.Told(await shopper.Set(sku, 0)));

        Assert.Equal(before, await redis.GetDatabase().HashGetAllAsync(cart));
    }

    [Fact]
    public async Task Every_shipping_method_has_its_estimate_and_the_order_costs_so_much()
    {
        using var shopper = new Shopper(Shop.Api);
        await shopper.Add(await Shop.Goods.Offer(stock: 5, price: 1_000), 2);

        var shipping = (await shopper.Get("/cart")).Json.GetProperty("shipping").EnumerateArray()
            .ToDictionary(
                estimate => estimate.GetProperty("method").GetString()!,
                estimate => Shopper.Amount(estimate.GetProperty("price")));

        Assert.Equal(new Dictionary<string, long> { ["STANDARD"] = 0, ["EXPRESS"] = 999 }, shipping);
        var answer = await shopper.Checkout(Buyer.NewKey(), expectedTotal: 2_000 + 999, method: "EXPRESS");
        answer.Accepted();
        Assert.Equal(2_999, Shopper.Amount(answer.Json.GetProperty("total")));
    }

    [Fact]
    public async Task Shipping_costs_what_is_configured()
    {
        using var shopper = new Shopper(
            await Shop.ApiWith(("Shipping__Standard", "499"), ("Shipping__Express", "1499")));
        await shopper.Add(await Shop.Goods.Offer(stock: 5, price: 1_000));

        Assert.Equal([499, 1_499], (await shopper.Get("/cart")).Json.GetProperty("shipping").EnumerateArray()
            .Select(estimate => Shopper.Amount(estimate.GetProperty("price"))));
        (await shopper.Checkout(Buyer.NewKey(), expectedTotal: 1_000)).Refused(409, "price-changed");
        (await shopper.Checkout(Buyer.NewKey(), expectedTotal: 1_499)).Accepted();
    }

    [Fact]
    public async Task A_price_that_moved_shows_beside_the_one_it_was_added_at()
    {
        using var shopper = new Shopper(Shop.Api);
        var sku = await Shop.Goods.Offer(stock: 5, price: 1_000);
        await shopper.Add(sku, 3);
        await Shop.Goods.Put(sku, price: 1_200);

        var cart = (await Waiting.For("the cart says so", () => shopper.Get("/cart"),
            answer => answer.Json.GetProperty("changed").GetBoolean())).Json;

        var line = Assert.Single(cart.GetProperty("lines").EnumerateArray());
        Assert.Equal((1_000, 1_200, 3_600), (Shopper.Amount(line.GetProperty("unitPrice")),
            Shopper.Amount(line.GetProperty("currentPrice")), Shopper.Amount(line.GetProperty("lineTotal"))));
        Assert.Equal(3_600, Shopper.Amount(cart.GetProperty("subtotal")));
    }
}

public sealed class When_a_guest_logs_in(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task Their_cart_joins_the_persons_and_asking_again_changes_nothing()
    {
        var (shopper, mine, both) = await WithTwoCarts();
        using var _ = shopper;

        var merged = await shopper.Merge();

        Assert.Equal($"{both}×5 {mine}×1", Sorted(Shopper.Told(merged)));
        Assert.Equal($"{both}×5 {mine}×1", Sorted(Shopper.Told(await shopper.Merge())));
        Assert.Equal($"{both}×5 {mine}×1", Sorted(await shopper.Cart()));
        shopper.LogOut();
        Assert.Equal("", await shopper.Cart());
    }

    [Fact]
    public async Task Whatever_they_do_first_to_their_cart_merges_it()
    {
        var (shopper, mine, both) = await WithTwoCarts();
        using var _ = shopper;

        Assert.Equal($"{both}×6 {mine}×1", Sorted(Shopper.Told(await shopper.Add(both))));
    }

    [Fact]
    public async Task Merges_and_adds_at_once_lose_no_unit()
    {
        var (shopper, mine, both) = await WithTwoCarts();
        using var _ = shopper;

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(number =>
            number % 3 == 0 ? shopper.Merge() : shopper.Add(number % 3 == 1 ? mine : both)));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal($"{both}×25 {mine}×21", Sorted(await shopper.Cart()));
    }

    [Fact]
    public async Task What_has_no_room_is_said()
    {
        var (shopper, sku) = await WithTooManyOfOne();
        using var _ = shopper;

        var merged = await shopper.Merge();

        Assert.Equal($"{sku}×99", Shopper.Told(merged));
        var notice = Assert.Single(merged.Json.GetProperty("notices").EnumerateArray());
        Assert.Equal("quantity-limited", notice.GetProperty("code").GetString());
        Assert.Equal(sku, notice.GetProperty("sku").GetString());
        Assert.Contains("21", notice.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False((await shopper.Get("/cart")).Json.TryGetProperty("notices", out var _));
    }

    [Fact]
    public async Task What_has_no_room_is_said_later_if_the_first_call_has_no_cart_to_show()
    {
        var (shopper, sku) = await WithTooManyOfOne();
        using var _ = shopper;

        (await shopper.Add(sku)).Refused(400, "validation");

        Assert.Single((await shopper.Get("/cart")).Json.GetProperty("notices").EnumerateArray());
    }

    [Fact]
    public async Task A_guest_cannot_ask_for_it()
    {
        using var shopper = new Shopper(Shop.Api);
        await shopper.Add(await Shop.Goods.Offer(stock: 0));

        (await shopper.Merge()).Refused(401, "unauthorized");
    }

    [Fact]
    public async Task A_checkout_right_away_asks_before_it_buys_what_they_had_as_a_guest()
    {
        using var shopper = new Shopper(Shop.Api);
        var sku = await Shop.Goods.Offer(stock: 5);
        await shopper.Add(sku, 2);
        shopper.LogIn();

        var refusal = (await shopper.Checkout(Buyer.NewKey())).Refused(409, "price-changed");

        Assert.Equal([(sku, 2)], refusal.GetProperty("lines").EnumerateArray().Select(line =>
            (line.GetProperty("sku").GetString()!, line.GetProperty("quantity").GetInt32())));
        Assert.Equal($"{sku}×2", await shopper.Cart());
        var total = Shopper.Amount(refusal.GetProperty("total"));
        var orderId = (await shopper.Checkout(Buyer.NewKey(), expectedTotal: total)).Accepted();
        Assert.Equal([(sku, 2)], Shopper.Lines(await shopper.Get($"/orders/{orderId}")));
        Assert.Equal("", await shopper.Cart());
    }

    /// <summary>A person with 90 of one, who has just logged in with a guest's 30 of it: 21 more than a line may have.</summary>
    private async Task<(Shopper Shopper, string Sku)> WithTooManyOfOne()
    {
        var shopper = new Shopper(Shop.Api);
        var sku = await Shop.Goods.Offer(stock: 0);
        shopper.LogIn();
        await shopper.Add(sku, 90);
        shopper.LogOut();
        await shopper.Add(sku, 30);
        shopper.LogIn();
        return (shopper, sku);
    }

    /// <summary>A person with 1 of one and 2 of another, who has just logged in with a guest's 3 of that other.</summary>
    private async Task<(Shopper Shopper, string Mine, string Both)> WithTwoCarts()
    {
        var shopper = new Shopper(Shop.Api);
        var (both, mine) = (await Shop.Goods.Offer(stock: 0), await Shop.Goods.Offer(stock: 0));
        shopper.LogIn();
        await shopper.Add(mine);
        await shopper.Add(both, 2);
        shopper.LogOut();
        await shopper.Add(both, 3);
        shopper.LogIn();
        return (shopper, mine, both);
    }

    /// <summary>By SKU, which is by the order in which they were offered.</summary>
    private static string Sorted(string cart) => string.Join(' ', cart.Split(' ')
        .OrderBy(line => int.Parse(line.AsSpan(4, line.IndexOf('×', StringComparison.Ordinal) - 4), null)));
}
