using System.Diagnostics;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Carts;

public sealed class When_Redis_is_away(ShopProcesses shop) : ShopTest(shop)
{
    /// <summary>Ten times what it should take, on a machine that has other things to do.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("cut off")]
    [InlineData("silent")]
    public async Task Carts_say_so_at_once_and_nothing_else_is_harmed(string how)
    {
        await using var wire = new TcpProxy(
            Shop.Redis.Split(':')[0], int.Parse(Shop.Redis.Split(':')[1].Split(',')[0], null));
        await using var api = Shop.NewApi(
            ("ConnectionStrings__Redis", $"127.0.0.1:{wire.Port}"), ("RateLimits__Checkout", "10000000"));
        await api.Start();
        using var shopper = new Shopper(api);
        var (sku, other) = (await Shop.Goods.Offer(stock: 5), await Shop.Goods.Offer(stock: 5));
        await shopper.Add(sku);
        var key = Buyer.NewKey();
        var orderId = (await shopper.Checkout(key)).Accepted();
        await shopper.Add(other);

        if (how == "silent") wire.Freeze();
        else wire.Cut();

        await AssertAway(() => shopper.Get("/cart"));
        await AssertAway(() => shopper.Add(sku));
        var next = Buyer.NewKey();
        await AssertAway(() => shopper.Checkout(next));
        Assert.Equal(200, (await shopper.Get($"/products/{sku}")).Status);
        Assert.Equal("true", (await shopper.Checkout(key)).Header("Idempotent-Replayed"));
        await Confirmed(shopper, orderId);

        wire.CutAndThaw();
        wire.Mend();
        await Waiting.For("the cart is back", () => shopper.Get("/cart"), answer => answer.Status == 200);
        Assert.Equal($"{other}×1", await shopper.Cart());
        var accepted = await Waiting.For("the key can be used again", () => shopper.Checkout(next),
            answer => answer.Status == 202, TimeSpan.FromSeconds(60));
        await Confirmed(shopper, accepted.Accepted());
        Assert.Equal(2, await Shop.Books.OrdersOf(shopper.Email));
    }

    private static async Task AssertAway(Func<Task<Answer>> call)
    {
        var began = Stopwatch.GetTimestamp();

        var answer = await call();

        answer.Refused(503, "overloaded");
        Assert.NotNull(answer.Header("Retry-After"));
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Limit);
    }

    private static Task<Answer> Confirmed(Shopper shopper, Guid orderId) => Waiting.For(
        $"order {orderId} is confirmed", () => shopper.Get($"/orders/{orderId}"),
        answer => answer.Status == 200 && answer.Text("status") == "CONFIRMED");
}
