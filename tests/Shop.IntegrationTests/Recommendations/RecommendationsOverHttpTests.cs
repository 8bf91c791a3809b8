using Shop.IntegrationTests.Accounts;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Recommendations;

[Collection(StorefrontCollection.Name)]
public sealed class When_products_are_bought_together(ShopProcesses shop) : ShopTest(shop)
{
    /// <summary>What a list shows is at most a minute old.</summary>
    private static readonly TimeSpan CacheLimit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Each_is_recommended_beside_the_other_as_long_as_it_can_be_bought()
    {
        var (camera, film, lamp) =
            (await Shop.Goods.Offer(stock: 50), await Shop.Goods.Offer(stock: 3), await Shop.Goods.Offer(stock: 50));
        for (var i = 0; i < 4; i++) await Buy((lamp, 1));
        for (var i = 0; i < 2; i++) await Buy((camera, 1), (film, 1));

        await Waiting.For("the film goes with the camera", () => Items(camera), items => items is [var only] && only == film);
        Assert.Equal([camera], await Items(film));

        await Buy((camera, 1), (film, 1));
        await Waiting.For(
            "a film that is sold out is not shown", () => Items(camera), items => !items.Contains(film), CacheLimit);
        await Shop.Goods.Put(camera, 2_500, active: false);
        await Waiting.For(
            "a camera that is not for sale is not shown", () => Items(film), items => !items.Contains(camera), CacheLimit);
        await Waiting.For(
            "and has no page", async () => (await new Buyer(Shop).Get(Path(camera))).Status == 404, CacheLimit);
    }

    [Fact]
    public async Task Beside_one_that_nobody_bought_stands_what_sells_in_its_category()
    {
        var (sells, fresh) = (await Shop.Goods.Offer(stock: 500), await Shop.Goods.Offer(stock: 5));
        await Buy((sells, 90));

        await Waiting.For("the best seller is shown", () => Items(fresh), items => items.Contains(sells), CacheLimit);

        Assert.DoesNotContain(fresh, await Items(fresh));
    }

    [Fact]
    public async Task They_are_shown_as_cards_that_anyone_may_keep()
    {
        var sku = await Shop.Goods.Offer(stock: 5);
        await Shop.Goods.Offer(stock: 5);

        var answer = await new Buyer(Shop).Get(Path(sku));

        Assert.Contains("public", answer.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.StartsWith("\"", answer.Header("ETag"), StringComparison.Ordinal);
        Assert.Equal(
            ["sku", "title", "brand", "categoryId", "price", "image", "rating", "availability"],
            answer.Json.GetProperty("items")[0].EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("NO-SUCH-PRODUCT")]
    [InlineData("not a sku")]
    public async Task Beside_a_product_that_is_not_there_stands_nothing(string sku) =>
        (await new Buyer(Shop).Get(Path(sku))).Refused(404, "not-found");

    [Fact]
    public async Task While_Redis_is_away_what_sells_in_the_category_is_shown()
    {
        var (sku, other) = (await Shop.Goods.Offer(stock: 5), await Shop.Goods.Offer(stock: 5));
        using var client = new Client(await Shop.ApiWith(("ConnectionStrings__Redis", "127.0.0.1:9")));

        foreach (var path in new[] { Path(sku), Path(other) })
        {
            var answer = await client.Get(path);
            Assert.True(answer.Status == 200, answer.ToString());
            Assert.NotEmpty(answer.Json.GetProperty("items").EnumerateArray());
        }

        (await client.Get(Path("NO-SUCH-PRODUCT"))).Refused(404, "not-found");
    }

    [Fact]
    public async Task What_is_counted_is_what_the_baskets_say_however_often_orders_are_told_of()
    {
        var (one, other) = (await Shop.Goods.Offer(stock: 9), await Shop.Goods.Offer(stock: 9));
        var order = await Buy((one, 2), (other, 1));
        await Waiting.For("it is counted", () => Read(
            $"select count(*) from recommendations.basket where order_id = '{order}' and counted"), count => count == 1);
        var heard = await Shop.Broker.Listen("recommendations.record-basket", declare: false);
        var again = await Buy((one, 1), (other, 1));
        var message = await Waiting.For(
            "it is told of", () => Task.FromResult(heard.Of(again)), messages => messages.Count > 0);

        for (var i = 0; i < 3; i++)
            await Shop.Broker.Send("recommendations.record-basket", "application/vnd.masstransit+json",
                System.Text.Encoding.UTF8.GetBytes(message[0].Body));

        await Waiting.For("two orders are counted", () => Read(
            $"select orders from recommendations.pair_count where sku in ('{one}', '{other}')"), orders => orders == 2);
        await Waiting.For(
            "the queue is empty", async () => await Shop.Broker.Count("recommendations.record-basket") == 0);
        Assert.Equal(3, await Read($"select units from recommendations.product_count where sku = '{one}'"));
    }

    private async Task<Guid> Buy(params (string Sku, int Quantity)[] lines)
    {
        var buyer = new Buyer(Shop);
        var order = await buyer.Order(Buyer.GoodCard, lines);
        await buyer.Sees(order, "CONFIRMED");
        return order;
    }

    private static string Path(string sku) => $"/products/{Uri.EscapeDataString(sku)}/recommendations";

    private async Task<List<string>> Items(string sku)
    {
        var answer = await new Buyer(Shop).Get(Path(sku));
        Assert.True(answer.Status == 200, answer.ToString());
        return [.. answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("sku").GetString()!)];
    }

    private async Task<long> Read(string sql)
    {
        await using var command = Shop.Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is long value ? value : 0;
    }
}
