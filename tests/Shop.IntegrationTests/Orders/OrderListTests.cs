using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Orders;

public sealed class When_orders_are_listed(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task The_newest_comes_first_and_pages_meet_without_gap_or_repeat()
    {
        var buyer = new Buyer(Shop);
        var orders = await Place(buyer, 7);

        var pages = await Pages(buyer, limit: 3);

        Assert.Equal([3, 3, 1], pages.Select(page => page.Count));
        Assert.Equal(Enumerable.Reverse(orders), pages.SelectMany(page => page));
        await buyer.Sees(orders[^1], "CONFIRMED");
    }

    [Fact]
    public async Task An_order_that_comes_between_two_pages_moves_nothing()
    {
        var buyer = new Buyer(Shop);
        var orders = await Place(buyer, 4);
        var first = await buyer.Get("/orders?limit=2");

        orders.AddRange(await Place(buyer, 1));

        var second = await buyer.Get($"/orders?limit=2&cursor={first.Text("next")}");
        Assert.Equal([orders[3], orders[2]], Ids(first));
        Assert.Equal([orders[1], orders[0]], Ids(second));
        await buyer.Sees(orders[^1], "CONFIRMED");
    }

    [Fact]
    public async Task An_item_says_what_the_order_itself_says()
    {
        var buyer = new Buyer(Shop);
        var orderId = (await Place(buyer, 1))[0];
        await buyer.Sees(orderId, "CONFIRMED");

        var list = await buyer.Get("/orders");

        Assert.Contains("no-store", list.Header("Cache-Control"), StringComparison.Ordinal);
        // Its parcels come by and by.
        await Waiting.Until(async () =>
            (await buyer.Get($"/orders/{orderId}")).Json.GetRawText()
            == (await buyer.Get("/orders")).Json.GetProperty("items")[0].GetRawText());
    }

    [Fact]
    public async Task One_that_is_accepted_and_not_recorded_yet_is_there()
    {
        var buyer = new Buyer(Shop);
        var recorded = (await Place(buyer, 2)).ToList();
        await buyer.Sees(recorded[0], "CONFIRMED");
        await buyer.Sees(recorded[1], "CONFIRMED");
        await Shop.Sagas.Kill();

        var waiting = await Place(buyer, 2);

        var list = await buyer.Get("/orders");
        Assert.Equal([waiting[1], waiting[0], recorded[1], recorded[0]], Ids(list));
        Assert.Equal("RECEIVED", list.Json.GetProperty("items")[0].GetProperty("status").GetString());
        Assert.Equal([[waiting[1], waiting[0], recorded[1]], [recorded[0]]], await Pages(buyer, limit: 3));
        await Shop.Sagas.Start();
        await buyer.Sees(waiting[1], "CONFIRMED");
    }

    [Fact]
    public async Task Those_of_others_are_not_there()
    {
        var (buyer, other) = (new Buyer(Shop), new Buyer(Shop));
        var orders = await Place(buyer, 1);
        var others = await Place(other, 1);

        Assert.Equal(orders, Ids(await buyer.Get("/orders")));
        Assert.Equal(others, Ids(await other.Get("/orders")));
        Assert.Empty(Ids(await new Buyer(Shop).Get("/orders")));
        await buyer.Sees(orders[0], "CONFIRMED");
        await other.Sees(others[0], "CONFIRMED");
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=-1")]
    [InlineData("limit=ten")]
    [InlineData("limit=")]
    [InlineData("limit=5&limit=6")]
    [InlineData("cursor=")]
    [InlineData("cursor=nonsense")]
    [InlineData("cursor=%00")]
    [InlineData("cursor=DHNlYXJjaC5iZXN0AAAAAAAAAAA")]
    public async Task A_query_that_makes_no_sense_is_400(string query) =>
        (await new Buyer(Shop).Get($"/orders?{query}")).Refused(400, "validation");

    private async Task<List<Guid>> Place(Buyer buyer, int count)
    {
        var sku = await Shop.Goods.Offer(stock: count);
        var orders = new List<Guid>();
        for (var i = 0; i < count; i++) orders.Add(await buyer.Order(Buyer.GoodCard, sku));
        return orders;
    }

    private static async Task<List<List<Guid>>> Pages(Buyer buyer, int limit)
    {
        var pages = new List<List<Guid>>();
        for (var path = $"/orders?limit={limit}"; path is not null;)
        {
            var answer = await buyer.Get(path);
            pages.Add(Ids(answer));
            var next = answer.Json.GetProperty("next").GetString();
            path = next is null ? null : $"/orders?limit={limit}&cursor={next}";
        }

        return pages;
    }

    private static List<Guid> Ids(Answer answer) =>
        [.. answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid())];
}
