using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Carts;

/// <summary>
/// The API is killed at each step between the cart and the order. Started again, the cart is either whole or ordered: never
/// both, and never neither.
/// </summary>
public sealed class When_the_API_is_killed_during_a_checkout(ShopProcesses shop) : ShopTest(shop)
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Before_its_commit_the_cart_is_whole_and_the_repeat_orders_it()
    {
        await using var api = await OwnApi(Shop.Redis);
        using var shopper = new Shopper(api);
        var sku = await Shop.Goods.Offer(stock: 5);
        await shopper.Add(sku, 2);
        var key = Buyer.NewKey();
        await using (var held = await TableLock.Of(Shop.Database, "catalog.product", "access exclusive"))
        {
            var checkout = shopper.Checkout(key);
            await held.HoldsSomeone();
            await api.Kill();
            await Assert.ThrowsAsync<HttpRequestException>(() => checkout);
        }

        await api.Start();

        Assert.Equal($"{sku}×2", await shopper.Cart());
        Assert.Equal(0, await Shop.Books.OrdersOf(shopper.Email));
        var answer = await Waiting.For("the repeat is accepted", () => shopper.Checkout(key), answer =>
        {
            if (answer.Status != 202) answer.Refused(409, "idempotency-key-in-flight");
            return answer.Status == 202;
        }, Recovery);
        await AssertOrdered(shopper, answer.Accepted(), sku);
    }

    [Fact]
    public async Task With_its_commit_under_way_the_cart_is_ordered_or_whole()
    {
        await using var api = await OwnApi(Shop.Redis);
        using var shopper = new Shopper(api);
        var sku = await Shop.Goods.Offer(stock: 5);
        await shopper.Add(sku, 2);
        await using (var held = await TableLock.Of(Shop.Database, "requests.spent_cart", "share"))
        {
            var checkout = shopper.Checkout(Buyer.NewKey());
            await held.HoldsSomeone();
            await api.Kill();
            await Assert.ThrowsAsync<HttpRequestException>(() => checkout);
        }

        await api.Start();

        var seen = await Waiting.For("the cart is ordered, or whole and free again", async () =>
            (Cart: await shopper.Cart(), Orders: await Shop.Books.OrdersOf(shopper.Email)),
            seen => seen == ("", 1) || (seen.Orders == 0 && seen.Cart == $"{sku}×2"), Recovery);
        if (seen.Orders == 0) (await Waiting.For("it is accepted", () => shopper.Checkout(Buyer.NewKey()),
            answer => answer.Status == 202, Recovery)).Accepted();
        await Waiting.For("there is one order and no cart", async () =>
            await shopper.Cart() == "" && await Shop.Books.OrdersOf(shopper.Email) == 1, Recovery);
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 5, Reserved: 0, Sold: 2));
    }

    [Fact]
    public async Task After_its_commit_the_cart_is_ordered_though_Redis_was_not_told()
    {
        await using var wire = RedisWire();
        await using var api = await OwnApi($"127.0.0.1:{wire.Port}");
        using var shopper = new Shopper(api);
        var sku = await Shop.Goods.Offer(stock: 5);
        await shopper.Add(sku, 2);
        Task<Answer> checkout;
        await using (var held = await TableLock.Of(Shop.Database, "requests.spent_cart", "share"))
        {
            checkout = shopper.Checkout(Buyer.NewKey());
            await held.HoldsSomeone();
            wire.Freeze();
        }

        var orderId = (await checkout).Accepted();
        await api.Kill();
        wire.CutAndThaw();
        await api.Start();

        Assert.Equal("", await shopper.Cart());
        await AssertOrdered(shopper, orderId, sku);
    }

    private async Task AssertOrdered(Shopper shopper, Guid orderId, string sku)
    {
        Assert.Equal([(sku, 2)], Shopper.Lines(await shopper.Get($"/orders/{orderId}")));
        Assert.Equal("", await shopper.Cart());
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 5, Reserved: 0, Sold: 2));
        Assert.Equal(1, await Shop.Books.OrdersOf(shopper.Email));
    }

    private async Task<HostProcess> OwnApi(string redis)
    {
        var api = Shop.NewApi(("ConnectionStrings__Redis", redis), ("RateLimits__Checkout", "10000000"));
        await api.Start();
        return api;
    }

    private TcpProxy RedisWire() => new(Shop.Redis.Split(':')[0], int.Parse(Shop.Redis.Split(':')[1].Split(',')[0], null));
}
