using Xunit;

namespace Shop.IntegrationTests.Checkout;

public sealed class When_an_order_cannot_be_filled(ShopProcesses shop) : ShopTest(shop)
{
    [Theory]
    [InlineData("pm_card_chargeDeclined", "card_declined")]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", "card_declined")]
    [InlineData("pm_card_chargeDeclinedExpiredCard", "expired_card")]
    public async Task A_declined_card_ends_it_and_its_stock_is_free_again(string card, string code)
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);
        var orderId = await buyer.Order(card, sku, 2);

        var order = await buyer.Sees(orderId, "PAYMENT_FAILED");

        Assert.True(order.GetProperty("terminal").GetBoolean());
        Assert.Equal(code, order.GetProperty("failure").GetProperty("code").GetString());
        Assert.Equal("RECEIVED, PENDING_PAYMENT, PAYMENT_FAILED", await Shop.Books.History(orderId));
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 5, Reserved: 0, Sold: 0));
        Assert.Equal("RESERVED, RELEASED", await Shop.Books.Ledger(orderId));
        Assert.Equal("DECLINED", await Shop.Books.Payment(orderId));
        Assert.Empty(await Shop.Provider.Charges(orderId));
        Assert.False(await Shop.Books.IsWithFulfillment(orderId));
    }

    [Fact]
    public async Task A_shortage_ends_it_and_names_the_line()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 2);
        var orderId = await buyer.Order(Buyer.GoodCard, sku, 3);

        var order = await buyer.Sees(orderId, "OUT_OF_STOCK");

        Assert.True(order.GetProperty("terminal").GetBoolean());
        var failure = order.GetProperty("failure");
        Assert.Equal("out-of-stock", failure.GetProperty("code").GetString());
        var line = Assert.Single(failure.GetProperty("lines").EnumerateArray());
        Assert.Equal(sku, line.GetProperty("sku").GetString());
        Assert.Equal(3, line.GetProperty("requested").GetInt32());
        Assert.Equal(2, line.GetProperty("available").GetInt32());
        Assert.Null(await Shop.Books.Payment(orderId));
    }

    [Fact]
    public async Task One_short_line_takes_nothing_of_the_other()
    {
        var buyer = new Buyer(Shop);
        var (plenty, scarce) = (await Shop.Goods.Offer(stock: 50), await Shop.Goods.Offer(stock: 1));
        var orderId = await buyer.Order(Buyer.GoodCard, (plenty, 2), (scarce, 2));

        var failure = (await buyer.Sees(orderId, "OUT_OF_STOCK")).GetProperty("failure");

        Assert.Equal(
            [scarce],
            failure.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("sku").GetString()));
        Assert.Equal(new Stock(OnHand: 50, Reserved: 0, Sold: 0), await Shop.Books.StockOf(plenty));
        Assert.Equal(new Stock(OnHand: 1, Reserved: 0, Sold: 0), await Shop.Books.StockOf(scarce));
        Assert.Equal("", await Shop.Books.Ledger(orderId));
    }

    [Fact]
    public async Task What_a_declined_order_gave_back_can_be_bought_by_the_next()
    {
        var (poor, rich) = (new Buyer(Shop), new Buyer(Shop));
        var sku = await Shop.Goods.Offer(stock: 1);
        await poor.Sees(await poor.Order("pm_card_chargeDeclined", sku), "PAYMENT_FAILED");
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 1, Reserved: 0, Sold: 0));

        await rich.Sees(await rich.Order(Buyer.GoodCard, sku), "CONFIRMED");
    }
}
