using Xunit;

namespace Shop.IntegrationTests.Checkout;

public sealed class When_a_cart_is_checked_out(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task The_answer_is_202_and_says_where_to_look()
    {
        var buyer = new Buyer(Shop);
        await buyer.AddToCart(await Shop.Goods.Offer(stock: 5));

        var answer = await buyer.Checkout(Buyer.NewKey());

        var orderId = answer.Accepted();
        Assert.Equal($"/orders/{orderId}", answer.Header("Location"));
        Assert.Equal("1", answer.Header("Retry-After"));
        Assert.Equal("RECEIVED", answer.Text("status"));
        Assert.Equal("USD", answer.Json.GetProperty("total").GetProperty("currency").GetString());
        Assert.True(answer.Json.GetProperty("total").GetProperty("amount").GetInt64() >= 2_500);
        Assert.Equal(200, (await buyer.Get(answer.Text("statusUrl"))).Status);
        Assert.Contains(orderId.ToString(), answer.Text("eventsUrl"), StringComparison.Ordinal);
        await buyer.Sees(orderId, "CONFIRMED");
    }

    [Fact]
    public async Task The_order_can_be_read_at_once()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);

        var order = (await buyer.Get($"/orders/{await buyer.Order(Buyer.GoodCard, sku, 2)}")).Json;

        var line = Assert.Single(order.GetProperty("lines").EnumerateArray());
        Assert.Equal(sku, line.GetProperty("sku").GetString());
        Assert.Equal(2, line.GetProperty("quantity").GetInt32());
        Assert.Equal("RECEIVED", order.GetProperty("history")[0].GetProperty("status").GetString());
        await buyer.Sees(order.GetProperty("id").GetGuid(), "CONFIRMED");
    }

    [Fact]
    public async Task The_cart_is_empty_afterwards()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));

        Assert.Empty((await buyer.Get("/cart")).Json.GetProperty("lines").EnumerateArray());
        await buyer.Sees(orderId, "CONFIRMED");
    }

    [Fact]
    public async Task It_is_confirmed_with_its_stock_sold_and_its_payment_authorised()
    {
        var buyer = new Buyer(Shop);
        var (sku, other) = (await Shop.Goods.Offer(stock: 5), await Shop.Goods.Offer(stock: 1));
        var orderId = await buyer.Order(Buyer.GoodCard, (sku, 3), (other, 1));

        var order = await buyer.Sees(orderId, "CONFIRMED");

        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 5, Reserved: 0, Sold: 3));
        await Shop.Books.StockBecomes(other, new Stock(OnHand: 1, Reserved: 0, Sold: 1));
        Assert.Equal("RESERVED, RESERVED, SOLD, SOLD", await Shop.Books.Ledger(orderId));
        Assert.Equal("AUTHORIZED", order.GetProperty("payment").GetProperty("status").GetString());
        Assert.Equal("AUTHORIZED", await Shop.Books.Payment(orderId));
        Assert.Equal("AUTHORIZATION", await Shop.Books.PaymentEntries(orderId));
        var charge = Assert.Single(await Shop.Provider.Charges(orderId));
        Assert.Equal(order.GetProperty("total").GetProperty("amount").GetInt64(), charge.Held);
    }

    [Fact]
    public async Task Its_history_tells_each_step_without_a_gap()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));

        var history = (await buyer.Sees(orderId, "CONFIRMED")).GetProperty("history").EnumerateArray().ToList();

        Assert.Equal([1, 2, 3], history.Select(step => step.GetProperty("sequence").GetInt32()));
        Assert.Equal(
            ["RECEIVED", "PENDING_PAYMENT", "CONFIRMED"],
            history.Select(step => step.GetProperty("status").GetString()));
        Assert.True(history.Zip(history.Skip(1)).All(pair =>
            pair.First.GetProperty("at").GetDateTimeOffset() <= pair.Second.GetProperty("at").GetDateTimeOffset()));
    }

    [Fact]
    public async Task Fulfillment_takes_it_over()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));

        await buyer.Sees(orderId, "CONFIRMED");

        await Waiting.For("fulfilment has the order", () => Shop.Books.IsWithFulfillment(orderId));
    }

    [Fact]
    public async Task Nobody_else_can_see_the_order()
    {
        var (buyer, stranger, nobody) = (new Buyer(Shop), new Buyer(Shop), new Buyer(Shop));
        var sku = await Shop.Goods.Offer(stock: 5);
        var orderId = await buyer.Order(Buyer.GoodCard, sku);
        await stranger.AddToCart(sku);

        (await stranger.Get($"/orders/{orderId}")).Refused(404, "not-found");
        (await nobody.Get($"/orders/{orderId}")).Refused(404, "not-found");
        await buyer.Sees(orderId, "CONFIRMED");
    }
}
