using Xunit;

namespace Shop.IntegrationTests.Checkout;

/// <summary>The provider has one second to answer, and is asked after two what became of the payment.</summary>
public sealed class When_the_provider_misbehaves(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task An_order_without_an_answer_waits_as_unknown_and_is_confirmed_once_there_is_one()
    {
        var buyer = new Buyer(Shop);
        await Shop.Provider.SetOutage("Hang");
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));

        var waiting = await buyer.Sees(orderId, "PAYMENT_UNKNOWN");
        Assert.False(waiting.GetProperty("terminal").GetBoolean());
        await Shop.Provider.SetOutage("None");

        await AssertConfirmed(buyer, orderId);
        Assert.Equal("RECEIVED, PENDING_PAYMENT, PAYMENT_UNKNOWN, CONFIRMED", await Shop.Books.History(orderId));
    }

    [Fact]
    public async Task One_that_is_silent_after_charging_has_charged_once()
    {
        var buyer = new Buyer(Shop);
        await Shop.Provider.SetWebhooks("Never");
        var orderId = await buyer.Order("pm_card_silentAfterCharge", await Shop.Goods.Offer(stock: 5));

        await AssertConfirmed(buyer, orderId);

        Assert.Equal("RECEIVED, PENDING_PAYMENT, PAYMENT_UNKNOWN, CONFIRMED", await Shop.Books.History(orderId));
    }

    [Theory]
    [InlineData("pm_card_errorAfterCharge")]
    [InlineData("pm_card_errorAfterChargeRecorded")]
    [InlineData("pm_card_lostResponse")]
    public async Task An_error_after_charging_is_no_second_charge(string card)
    {
        var buyer = new Buyer(Shop);
        await Shop.Provider.SetWebhooks("Never");

        await AssertConfirmed(buyer, await buyer.Order(card, await Shop.Goods.Offer(stock: 5)));
    }

    [Theory]
    [InlineData("pm_card_slow_1")]
    [InlineData("pm_card_slow_2")]
    [InlineData("pm_card_slow_3")]
    public async Task An_answer_that_races_the_deadline_is_no_second_charge(string card)
    {
        var buyers = Enumerable.Range(0, 5).Select(_ => new Buyer(Shop)).ToList();
        var sku = await Shop.Goods.Offer(stock: 5);

        await Task.WhenAll(buyers.Select(async buyer => await AssertConfirmed(buyer, await buyer.Order(card, sku))));
    }

    [Fact]
    public async Task A_decline_that_comes_late_still_ends_the_order()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);
        var orderId = await buyer.Order("pm_card_slowThenDeclined_2", sku);

        Assert.Equal("PAYMENT_FAILED", await buyer.SeesEnd(orderId));
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 5, Reserved: 0, Sold: 0));
    }

    [Theory]
    [InlineData("BeforeResponse")]
    [InlineData("Twice")]
    [InlineData("Never")]
    public async Task A_webhook_that_comes_early_or_twice_or_never_changes_nothing(string webhooks)
    {
        var buyer = new Buyer(Shop);
        await Shop.Provider.SetWebhooks(webhooks);
        var (paid, declined) = (await Shop.Goods.Offer(stock: 5), await Shop.Goods.Offer(stock: 5));

        await AssertConfirmed(buyer, await buyer.Order(Buyer.GoodCard, paid));
        await buyer.Sees(await buyer.Order("pm_card_chargeDeclined", declined), "PAYMENT_FAILED");

        await Shop.Books.StockBecomes(paid, new Stock(OnHand: 5, Reserved: 0, Sold: 1));
        await Shop.Books.StockBecomes(declined, new Stock(OnHand: 5, Reserved: 0, Sold: 0));
    }

    [Fact]
    public async Task A_webhook_can_bring_the_answer_that_the_call_did_not()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order("pm_card_silentAfterCharge", await Shop.Goods.Offer(stock: 5));

        await AssertConfirmed(buyer, orderId);
    }

    private async Task AssertConfirmed(Buyer buyer, Guid orderId)
    {
        await buyer.Sees(orderId, "CONFIRMED");
        var charge = Assert.Single(await Shop.Provider.Charges(orderId));
        Assert.Equal("requires_capture", charge.Status);
        Assert.Equal("AUTHORIZED", await Shop.Books.Payment(orderId));
        Assert.Equal("AUTHORIZATION", await Shop.Books.PaymentEntries(orderId));
    }
}
