using System.Text;
using System.Text.Json;
using Shop.IntegrationTests.Checkout;
using Shop.IntegrationTests.Fulfillment;
using Xunit;

namespace Shop.IntegrationTests.Returns;

public sealed class When_an_order_is_returned(ShopProcesses shop) : ShopTest(shop)
{
    private const int AtOnce = 8;

    [Fact]
    public async Task In_parts_each_brings_its_goods_and_its_money_back_once()
    {
        var (buyer, dispatch, sku) = (new Buyer(Shop), new Dispatch(Shop), await Shop.Goods.Offer(stock: 5, price: 2_500));
        var orderId = await buyer.Order(Buyer.GoodCard, sku, 3);
        await buyer.Sees(orderId, "CONFIRMED");
        (await SendBack(buyer, orderId, sku, 1)).Refused(409, "not-returnable");
        await dispatch.Deliver(buyer, orderId);
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 2, Reserved: 0, Sold: 0));
        (await SendBack(buyer, orderId, sku, 4)).Refused(409, "not-returnable");
        (await SendBack(new Buyer(Shop), orderId, sku, 1)).Refused(404, "not-found");

        // One that can be sold again.
        var first = Accepted(await SendBack(buyer, orderId, sku, 1, key: "first"));
        Assert.Equal(first, Accepted(await SendBack(buyer, orderId, sku, 1, key: "first")));
        var path = $"/orders/{orderId}/returns/{first}";
        var labelled = await Becomes(buyer, path, "LABEL_SENT");
        Assert.Equal("own-fleet", labelled.GetProperty("label").GetProperty("carrier").GetString());
        await Dispatch.Becomes(buyer, orderId, "RETURN_REQUESTED");
        var number = labelled.GetProperty("label").GetProperty("trackingNumber").GetString();
        Assert.Contains($"^FD(00){number}^FS", Encoding.UTF8.GetString((await buyer.Get(path + "/label?format=zpl")).Body),
            StringComparison.Ordinal);
        Assert.Equal("application/pdf", (await buyer.Get(path + "/label")).Header("Content-Type"));
        Assert.Equal(404, (await new Buyer(Shop).Get(path)).Status);

        (await dispatch.Ops.Post($"/admin/returns/{first}/receipt", new { lines = new[] { new { sku, quantity = 2 } } }))
            .Refused(400, "validation");
        for (var i = 0; i < 2; i++) Assert.Equal(202, (await Receive(dispatch, first, sku, 1, "SELLABLE")).Status);
        var refunded = await Becomes(buyer, path, "REFUNDED");
        Assert.Equal(2_500, refunded.GetProperty("refund").GetProperty("amount").GetProperty("amount").GetInt64());
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 3, Reserved: 0, Sold: 0));
        var order = await Dispatch.Becomes(buyer, orderId, "REFUNDED");
        Assert.Equal(first, Assert.Single(order.GetProperty("returns").EnumerateArray()).GetProperty("id").GetGuid());
        (await Receive(dispatch, first, sku, 1, "DAMAGED")).Refused(409, "not-returnable");

        // One that is broken, and one that is not accepted and stays the customer's.
        var second = Accepted(await SendBack(buyer, orderId, sku, 2));
        await Becomes(buyer, $"/orders/{orderId}/returns/{second}", "LABEL_SENT");
        Assert.Equal(202, (await dispatch.Ops.Post($"/admin/returns/{second}/receipt", new
        {
            lines = new[] { new { sku, quantity = 1, condition = "DAMAGED" }, new { sku, quantity = 1, condition = "REFUSED" } },
        })).Status);
        await Becomes(buyer, $"/orders/{orderId}/returns/{second}", "REFUNDED");
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 3, Reserved: 0, Sold: 0));
        Assert.Equal("AUTHORIZATION, CAPTURE, REFUND, REFUND", await Shop.Books.PaymentEntries(orderId));
        Assert.Equal(5_000, await Shop.Books.Count(
            "select sum(amount)::bigint from payments.payment_entry where order_id = $1 and kind = 'REFUND'", orderId));
        (await SendBack(buyer, orderId, sku, 2)).Refused(409, "not-returnable");
    }

    [Fact]
    public async Task Of_many_at_once_that_want_the_same_units_one_succeeds()
    {
        var (buyer, dispatch, sku) = (new Buyer(Shop), new Dispatch(Shop), await Shop.Goods.Offer(stock: 5));
        var orderId = await buyer.Order(Buyer.GoodCard, sku, 2);
        await buyer.Sees(orderId, "CONFIRMED");
        await dispatch.Deliver(buyer, orderId);

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => SendBack(buyer, orderId, sku, 2)));
        var returns = answers.Where(answer => answer.Status == 202).Select(Accepted).ToList();
        Assert.True(returns.Count > 0);
        Assert.All(answers, answer => Assert.True(answer.Status is 202 or 409));
        var ends = new List<string>();
        foreach (var id in returns)
            ends.Add((await Waiting.For($"return {id} is decided", () => buyer.Get($"/orders/{orderId}/returns/{id}"),
                answer => answer.Status == 200 && answer.Text("status") is "LABEL_SENT" or "REJECTED")).Text("status"));
        Assert.Single(ends, "LABEL_SENT");
    }

    private Task<Answer> SendBack(Buyer buyer, Guid orderId, string sku, int quantity, string? key = null) => buyer.Post(
        $"/orders/{orderId}/returns", new { lines = new[] { new { sku, quantity, reason = "It leaks." } } },
        key is null ? null : ("Idempotency-Key", key));

    private static Guid Accepted(Answer answer)
    {
        Assert.Equal(202, answer.Status);
        Assert.Equal(answer.Text("statusUrl"), answer.Header("Location"));
        return answer.Json.GetProperty("id").GetGuid();
    }

    private static Task<Answer> Receive(Dispatch dispatch, Guid id, string sku, int quantity, string condition) =>
        dispatch.Ops.Post($"/admin/returns/{id}/receipt", new { lines = new[] { new { sku, quantity, condition } } });

    private static async Task<JsonElement> Becomes(Buyer buyer, string path, string status) => (await Waiting.For(
        $"{path} is {status}", () => buyer.Get(path), answer => answer.Status == 200 && answer.Text("status") == status)).Json;
}
