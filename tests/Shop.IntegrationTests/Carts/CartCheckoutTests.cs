using System.Collections.Concurrent;
using Shop.IntegrationTests.Checkout;
using StackExchange.Redis;
using Xunit;

namespace Shop.IntegrationTests.Carts;

public sealed class When_a_cart_is_ordered(ShopProcesses shop) : ShopTest(shop)
{
    private static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 30 };

    [Fact]
    public async Task Twenty_checkouts_at_once_under_keys_of_their_own_make_one_order()
    {
        using var shopper = new Shopper(Shop.Api);
        var sku = await Shop.Goods.Offer(stock: 40);
        await shopper.Add(sku, 2);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shopper.Checkout(Buyer.NewKey())));

        var orderId = Assert.Single(answers, answer => answer.Status == 202).Accepted();
        Assert.All(answers.Where(answer => answer.Status != 202), answer => answer.Refused(422, "cart-empty"));
        await Confirmed(shopper, orderId);
        Assert.Equal(1, await Shop.Books.OrdersOf(shopper.Email));
        Assert.Equal("", await shopper.Cart());
    }

    [Fact]
    public async Task Two_instances_of_the_API_sell_one_cart_once()
    {
        using var here = new Shopper(Shop.Api);
        var other = await Shop.ApiWith();
        await here.Add(await Shop.Goods.Offer(stock: 40));
        var there = new List<Shopper>();
        for (var number = 0; number < 10; number++) there.Add(new Shopper(other) { Session = here.Session });

        var answers = await Task.WhenAll(there.SelectMany(shopper =>
            new[] { here.Checkout(Buyer.NewKey()), shopper.Checkout(Buyer.NewKey()) }));

        var orderId = Assert.Single(answers, answer => answer.Status == 202).Accepted();
        await Confirmed(here, orderId);
        foreach (var shopper in there) shopper.Dispose();
    }

    [Fact]
    public async Task The_same_key_at_another_instance_is_told_to_wait()
    {
        using var here = new Shopper(Shop.Api);
        await here.Add(await Shop.Goods.Offer(stock: 5));
        using var there = new Shopper(await Shop.ApiWith()) { Session = here.Session };
        var key = Buyer.NewKey();
        Task<Answer> checkout;

        await using (var held = await TableLock.Of(Shop.Database, "requests.spent_cart", "share"))
        {
            checkout = here.Checkout(key);
            await held.HoldsSomeone();
            (await there.CheckoutOf(here, key)).Refused(409, "idempotency-key-in-flight");
        }

        var orderId = (await checkout).Accepted();
        Assert.Equal(orderId, (await there.CheckoutOf(here, key)).Accepted());
        await Confirmed(here, orderId);
    }

    [Fact]
    public async Task An_item_added_between_price_and_payment_is_not_bought_and_stays()
    {
        using var shopper = new Shopper(Shop.Api);
        var (cheap, dear) = (await Shop.Goods.Offer(stock: 5, price: 100), await Shop.Goods.Offer(stock: 5, price: 90_000));
        await shopper.Add(cheap);
        Task<Answer> checkout;

        await using (var held = await TableLock.Of(Shop.Database, "requests.spent_cart", "share"))
        {
            checkout = shopper.Checkout(Buyer.NewKey());
            await held.HoldsSomeone();
            Assert.Equal(200, (await shopper.Add(cheap, 3)).Status);
            Assert.Equal(200, (await shopper.Add(dear)).Status);
        }

        var answer = await checkout;
        var orderId = answer.Accepted();
        Assert.Equal(100, Shopper.Amount(answer.Json.GetProperty("total")));
        Assert.Equal([(cheap, 1)], Shopper.Lines(await shopper.Get($"/orders/{orderId}")));
        Assert.Equal($"{cheap}×3 {dear}×1", await shopper.Cart());
        await Confirmed(shopper, orderId);
    }

    [Fact]
    public async Task What_was_bought_and_what_is_left_is_what_was_added()
    {
        using var shopper = new Shopper(Shop.Api);
        var skus = new List<string>();
        for (var number = 0; number < 3; number++) skus.Add(await Shop.Goods.Offer(stock: 200, price: 10));
        await shopper.Add(skus[0]);

        var answers = new ConcurrentBag<Answer>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 180), AtOnce, async (number, _) =>
        {
            var checksOut = number % 6 == 0;
            var answer = await (checksOut ? shopper.Checkout(Buyer.NewKey()) : shopper.Add(skus[number % 3]));
            if (!checksOut) Assert.Equal(200, answer.Status);
            answers.Add(answer);
        });

        var bought = 0;
        foreach (var answer in answers.Where(answer => answer.Status == 202))
        {
            var order = await Confirmed(shopper, answer.Accepted());
            var units = Shopper.Lines(order).Sum(line => line.Quantity);
            Assert.Equal(10 * units, Shopper.Amount(answer.Json.GetProperty("total")));
            bought += units;
        }

        var left = Shopper.Lines(await shopper.Get("/cart")).Sum(line => line.Quantity);
        Assert.Equal(1 + 150, bought + left);
    }

    [Fact]
    public async Task One_that_is_refused_is_as_it_was()
    {
        using var shopper = new Shopper(Shop.Api);
        var (sku, other) = (await Shop.Goods.Offer(stock: 5, price: 100), await Shop.Goods.Offer(stock: 5, price: 100));
        await shopper.Add(sku, 2);
        await shopper.Add(other);
        var before = await shopper.Get("/cart");

        (await shopper.Checkout(Buyer.NewKey(), expectedTotal: 1)).Refused(409, "price-changed");

        Assert.Equal(before.Body, (await shopper.Get("/cart")).Body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_Redis_brings_back_from_before_its_order_is_not_sold_again(bool daysLater)
    {
        using var shopper = new Shopper(Shop.Api);
        shopper.LogIn();
        var (sku, other) = (await Shop.Goods.Offer(stock: 5), await Shop.Goods.Offer(stock: 5));
        await shopper.Add(sku, 2);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(Shop.Redis);
        var (redis, key) = (connection.GetDatabase(), $"{Shop.KeyPrefix}cart:{{user:{shopper.Subject}}}");
        var before = await redis.KeyDumpAsync(key);
        var orderId = (await shopper.Checkout(Buyer.NewKey())).Accepted();
        await Confirmed(shopper, orderId);
        if (daysLater) await ForgetRequest(orderId);
        await redis.KeyRestoreAsync(key, before!);
        await shopper.Add(other);

        var again = (await shopper.Checkout(Buyer.NewKey())).Refused(422, "cart-empty");

        Assert.Contains($"{orderId}", again.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal($"{other}×1", await shopper.Cart());
        var next = (await shopper.Checkout(Buyer.NewKey())).Accepted();
        Assert.Equal([(other, 1)], Shopper.Lines(await shopper.Get($"/orders/{next}")));
        await Confirmed(shopper, next);
    }

    private async Task ForgetRequest(Guid orderId)
    {
        await using var command = Shop.Database.CreateCommand("delete from requests.accepted_request where order_id = $1");
        command.Parameters.AddWithValue(orderId);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    private static Task<Answer> Confirmed(Shopper shopper, Guid orderId) => Waiting.For(
        $"order {orderId} is confirmed", () => shopper.Get($"/orders/{orderId}"),
        answer => answer.Status == 200 && answer.Text("status") == "CONFIRMED");
}
