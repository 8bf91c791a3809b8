using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Notifications;

/// <summary>Mails of real orders, sent by the real host to a real listener.</summary>
public sealed class When_an_order_moves(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task Its_buyer_is_told_that_it_is_confirmed()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);
        var orderId = await buyer.Order(Buyer.GoodCard, sku, 2);
        await buyer.Sees(orderId, "CONFIRMED");

        await Waiting.Until(() => Shop.Mail.TakenFor(buyer.Email).Count > 0);
        var mail = Shop.Mail.TakenFor(buyer.Email).Single().Message;
        Assert.Contains($"2 x Article {sku}: 50.00 USD", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(orderId.ToString(), mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal("orders@shop.example", mail.From.Mailboxes.Single().Address);
    }

    [Fact]
    public async Task Its_buyer_is_told_that_it_could_not_be()
    {
        var buyer = new Buyer(Shop);
        await buyer.Sees(
            await buyer.Order("pm_card_chargeDeclined", await Shop.Goods.Offer(stock: 5)), "PAYMENT_FAILED");

        await Waiting.Until(() => Shop.Mail.TakenFor(buyer.Email).Count > 0);
        Assert.Contains(
            "could not be carried out", Shop.Mail.TakenFor(buyer.Email).Single().Message.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_killed_while_it_sends_does_not_send_twice()
    {
        var buyer = new Buyer(Shop);
        Shop.Mail.Answer(buyer.Email, SinkAnswer.TakesAndStalls);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));
        await buyer.Sees(orderId, "CONFIRMED");
        await Waiting.Until(() => Shop.Mail.TakenFor(buyer.Email).Count == 1);

        await Shop.Workers.Kill();
        Shop.WorkersWire.CutAndThaw();
        Shop.Mail.Answer(buyer.Email, SinkAnswer.Takes);
        Shop.Mail.Release();
        await Shop.Books.Count("update notifications.mail set due_at = now() where order_id = $1 returning 1::bigint", orderId);
        await Shop.Workers.Start();

        await Waiting.For("it is known that nothing is known", () => Shop.Books.Count(
            "select count(*) from notifications.escalation_view where kind = 'MAIL_UNKNOWN' and order_id = $1", orderId),
            count => count == 1);
        Assert.Single(Shop.Mail.TakenFor(buyer.Email));
    }
}
