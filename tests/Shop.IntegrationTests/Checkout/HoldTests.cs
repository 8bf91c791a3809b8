using Xunit;

namespace Shop.IntegrationTests.Checkout;

/// <summary>A shop that holds stock for a few seconds only, as long as these tests last.</summary>
public sealed class ShortHolds(ShopProcesses shop) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() =>
        await shop.Sagas.Restart(new Dictionary<string, string> { ["Checkout__HoldFor"] = "00:00:04" });

    public async ValueTask DisposeAsync() => await shop.Sagas.Restart();
}

public sealed class When_a_hold_ends_before_the_payment_is_known(ShopProcesses shop)
    : ShopTest(shop), IClassFixture<ShortHolds>
{
    [Fact]
    public async Task The_order_expires_and_its_stock_is_free_and_no_money_is_held()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 1);
        var orderId = await buyer.Order("pm_card_silent", sku);
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 1, Reserved: 1, Sold: 0));

        var order = await buyer.Sees(orderId, "EXPIRED");

        Assert.True(order.GetProperty("terminal").GetBoolean());
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 1, Reserved: 0, Sold: 0));
        Assert.Equal("RESERVED, RELEASED", await Shop.Books.Ledger(orderId));
        Assert.Empty(await Shop.Provider.Charges(orderId));
    }

    [Fact]
    public async Task A_charge_that_is_found_later_is_given_back()
    {
        var buyer = new Buyer(Shop);
        await Shop.Provider.SetWebhooks("Never");
        var orderId = await buyer.Order("pm_card_silentAfterCharge", await Shop.Goods.Offer(stock: 1));
        await Waiting.For("the provider has charged", async () => (await Shop.Provider.Charges(orderId)).Count == 1);
        await Shop.Provider.SetOutage("Hang");
        await buyer.Sees(orderId, "EXPIRED");

        await Shop.Provider.SetOutage("None");

        await Waiting.For("the money is given back", () => Shop.Books.Payment(orderId), state => state == "VOIDED",
            TimeSpan.FromSeconds(60));
        var charge = Assert.Single(await Shop.Provider.Charges(orderId));
        Assert.Equal(("canceled", 0), (charge.Status, charge.Held));
        Assert.Equal("AUTHORIZATION, VOID", await Shop.Books.PaymentEntries(orderId));
    }
}
