using Xunit;

namespace Shop.IntegrationTests.Checkout;

/// <summary>
/// A host is killed between its commit and its publish: its words to the broker are swallowed, what it must do is in
/// the database, and then it is gone. Started again, it has thirty seconds.
/// </summary>
public sealed class When_a_host_is_killed_after_its_commit(ShopProcesses shop) : ShopTest(shop)
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_workers_answer_for_the_stock_they_held()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);
        Shop.WorkersWire.Freeze();
        var orderId = await buyer.Order(Buyer.GoodCard, sku);
        await Waiting.For("the stock is held", () => Shop.Books.Reservation(orderId), state => state == "HELD");
        Assert.Equal(1, await Shop.Books.Stuck("inventory", orderId));

        await Shop.Workers.Kill();
        Shop.WorkersWire.CutAndThaw();
        Assert.Equal("RECEIVED", (await buyer.Get($"/orders/{orderId}")).Text("status"));
        await Shop.Workers.Start();

        await AssertConfirmedOnce(buyer, orderId, sku);
    }

    [Fact]
    public async Task The_workers_find_the_charge_they_made()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);
        await Shop.Provider.SetWebhooks("Never");
        await Shop.Provider.SetLatency(800);
        var orderId = await buyer.Order(Buyer.GoodCard, sku);
        await Waiting.For(
            "the provider is being asked", () => Shop.Books.Payment(orderId), state => state == "AUTHORIZING");
        Shop.WorkersWire.Freeze();
        await Waiting.For("the provider has charged", async () => (await Shop.Provider.Charges(orderId)).Count == 1);

        await Shop.Workers.Kill();
        Shop.WorkersWire.CutAndThaw();
        await Shop.Provider.SetLatency(0);
        await Shop.Workers.Start();

        await AssertConfirmedOnce(buyer, orderId, sku);
    }

    [Fact]
    public async Task The_sagas_reserve_for_the_order_they_took()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);
        Shop.SagasWire.Freeze();
        var orderId = await buyer.Order(Buyer.GoodCard, sku);
        await Waiting.For("the order is taken", () => Shop.Books.StateOf(orderId), state => state == "ReservingStock");
        Assert.Equal(1, await Shop.Books.Stuck("orders", orderId));

        await Shop.Sagas.Kill();
        Shop.SagasWire.CutAndThaw();
        Assert.Null(await Shop.Books.Reservation(orderId));
        await Shop.Sagas.Start();

        await AssertConfirmedOnce(buyer, orderId, sku);
    }

    [Fact]
    public async Task The_API_hands_over_the_checkout_it_accepted()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);
        Shop.ApiWire.Freeze();
        var orderId = await buyer.Order(Buyer.GoodCard, sku);
        Assert.Equal("RECEIVED", (await buyer.Get($"/orders/{orderId}")).Text("status"));
        Assert.Null(await Shop.Books.StateOf(orderId));

        await Shop.RestartApi();

        Assert.Equal(200, (await buyer.Get($"/orders/{orderId}")).Status);
        await AssertConfirmedOnce(buyer, orderId, sku);
    }

    [Fact]
    public async Task All_of_them_at_once_lose_nothing()
    {
        var buyers = Enumerable.Range(0, 20).Select(_ => new Buyer(Shop)).ToList();
        var sku = await Shop.Goods.Offer(stock: 20);
        var orders = await Task.WhenAll(buyers.Select(buyer => buyer.Order(Buyer.GoodCard, sku)));

        await Task.WhenAll(Shop.Workers.Kill(), Shop.Sagas.Kill());
        await Task.WhenAll(Shop.Workers.Start(), Shop.Sagas.Start(), Shop.RestartApi());

        await Task.WhenAll(buyers.Zip(orders, (buyer, order) => buyer.Sees(order, "CONFIRMED", Recovery)));
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 20, Reserved: 0, Sold: 20));
    }

    private async Task AssertConfirmedOnce(Buyer buyer, Guid orderId, string sku)
    {
        await buyer.Sees(orderId, "CONFIRMED", Recovery);
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 5, Reserved: 0, Sold: 1));
        Assert.Equal("RESERVED, SOLD", await Shop.Books.Ledger(orderId));
        Assert.Single(await Shop.Provider.Charges(orderId));
        Assert.Equal(1, await Shop.Books.OrdersOf(buyer.Email));
    }
}
