using Xunit;

namespace Shop.IntegrationTests.Checkout;

public sealed class When_every_message_is_delivered_three_times(ShopProcesses shop, Repeater repeater)
    : ShopTest(shop), IClassFixture<Repeater>
{
    [Fact]
    public async Task A_paid_order_is_sold_and_charged_once()
    {
        var sku = await Shop.Goods.Offer(stock: 5);

        var (orderId, repeats) = await Run(Buyer.GoodCard, sku, "CONFIRMED");

        Assert.Superset(
            new HashSet<string>
            {
                "orders.checkout", "inventory.reserve-stock", "inventory.sell-stock", "payments.authorize-payment",
                "payments.record-payment-notification", "fulfillment.open-fulfillment",
            },
            repeats.Queues.ToHashSet());
        Assert.Equal(new Stock(OnHand: 5, Reserved: 0, Sold: 2), await Shop.Books.StockOf(sku));
        Assert.Equal("RESERVED, SOLD", await Shop.Books.Ledger(orderId));
        Assert.Equal("AUTHORIZATION", await Shop.Books.PaymentEntries(orderId));
        Assert.Single(await Shop.Provider.Charges(orderId));
        Assert.Equal("RECEIVED, PENDING_PAYMENT, CONFIRMED", await Shop.Books.History(orderId));
        Assert.True(await Shop.Books.IsWithFulfillment(orderId));
    }

    [Fact]
    public async Task A_declined_order_holds_nothing()
    {
        var sku = await Shop.Goods.Offer(stock: 5);

        var (orderId, _) = await Run("pm_card_chargeDeclined", sku, "PAYMENT_FAILED");

        Assert.Equal(new Stock(OnHand: 5, Reserved: 0, Sold: 0), await Shop.Books.StockOf(sku));
        Assert.Equal("RESERVED, RELEASED", await Shop.Books.Ledger(orderId));
        Assert.Equal("RECEIVED, PENDING_PAYMENT, PAYMENT_FAILED", await Shop.Books.History(orderId));
        Assert.Empty(await Shop.Provider.Charges(orderId));
    }

    [Fact]
    public async Task An_order_that_fell_short_holds_nothing()
    {
        var sku = await Shop.Goods.Offer(stock: 1);

        var (orderId, _) = await Run(Buyer.GoodCard, sku, "OUT_OF_STOCK");

        Assert.Equal(new Stock(OnHand: 1, Reserved: 0, Sold: 0), await Shop.Books.StockOf(sku));
        Assert.Equal("RECEIVED, OUT_OF_STOCK", await Shop.Books.History(orderId));
        Assert.Null(await Shop.Books.Payment(orderId));
    }

    [Fact]
    public async Task An_order_whose_payment_was_unknown_is_charged_once()
    {
        await Shop.Provider.SetOutage("Hang");
        var sku = await Shop.Goods.Offer(stock: 5);

        var (orderId, repeats) = await Run(Buyer.GoodCard, sku, "CONFIRMED", async status =>
        {
            if (status == "PAYMENT_UNKNOWN") await Shop.Provider.SetOutage("None");
        });

        Assert.Contains("payments.resolve-payment", repeats.Queues);

        Assert.Equal(new Stock(OnHand: 5, Reserved: 0, Sold: 2), await Shop.Books.StockOf(sku));
        Assert.Equal("RECEIVED, PENDING_PAYMENT, PAYMENT_UNKNOWN, CONFIRMED", await Shop.Books.History(orderId));
        Assert.Single(await Shop.Provider.Charges(orderId));
    }

    /// <summary>
    /// Two of a SKU: each message twice as it comes, and all a third time, shuffled, when the order has ended. An order
    /// that is bought afterwards passes the same queues behind the copies.
    /// </summary>
    private async Task<(Guid OrderId, Repeater.Repeats Repeats)> Run(
        string card, string sku, string end, Func<string, Task>? onStatus = null)
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(card, sku, 2);
        var repeats = repeater.Of(orderId);
        await Waiting.For($"the order is {end}, with its messages repeated", async () =>
        {
            await repeats.DeliverNewAgain();
            var status = (await buyer.Get($"/orders/{orderId}")).Text("status");
            if (onStatus is not null) await onStatus(status);
            return status;
        }, status => status == end);
        await Settle(repeats);
        await repeats.DeliverAllAgain(seed);
        await Settle(repeats);
        Assert.Equal(end, (await buyer.Sees(orderId, end)).GetProperty("status").GetString());
        return (orderId, repeats);
    }

    private async Task Settle(Repeater.Repeats repeats)
    {
        var next = new Buyer(Shop);
        var orderId = await next.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 1));
        await Waiting.For("an order behind the copies is confirmed and with fulfilment", async () =>
        {
            await repeats.DeliverNewAgain();
            return await Shop.Books.IsWithFulfillment(orderId) && await Shop.Books.Reservation(orderId) == "SOLD";
        });
    }
}
