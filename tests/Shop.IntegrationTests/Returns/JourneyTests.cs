using System.Text.Json;
using Shop.Contracts.Fulfillment;
using Shop.IntegrationTests.Checkout;
using Shop.IntegrationTests.Fulfillment;
using Xunit;

namespace Shop.IntegrationTests.Returns;

/// <summary>
/// A purchase from its first click to the money that goes back, seen as clients, operators and mailboxes see it. In a shop
/// in which nobody breaks the books.
/// </summary>
[Collection(StorefrontCollection.Name)]
public sealed class When_a_purchase_is_followed_to_its_end(ShopProcesses shop) : ShopTest(shop)
{
    private const long KettlePrice = 4_999;
    private const long CupPrice = 1_250;

    [Fact]
    public async Task It_comes_in_two_parcels_a_part_goes_back_and_the_books_balance()
    {
        var (buyer, dispatch) = (new Buyer(Shop), new Dispatch(Shop));
        var mark = Guid.NewGuid().ToString("N")[..8].ToUpperInvariant();
        var (kettle, cup) = ($"KETTLE-{mark}", $"CUP-{mark}");
        await Offer(dispatch, kettle, KettlePrice, $"EAST-{mark}", stock: 3);
        await Offer(dispatch, cup, CupPrice, $"WEST-{mark}", stock: 4);

        var orderId = await buyer.Order(Buyer.GoodCard, (kettle, 1), (cup, 2));
        var order = await buyer.Sees(orderId, "CONFIRMED");
        var total = Amount(order.GetProperty("total"));
        Assert.Equal(KettlePrice + (2 * CupPrice), total);

        var parcels = await dispatch.Labelled(orderId, parcels: 2);
        Assert.Equal(total, parcels.Sum(parcel => Amount(parcel.GetProperty("amount"))));
        await dispatch.HandOver(parcels[0]);
        await Dispatch.Becomes(buyer, orderId, "SHIPPED");
        await dispatch.HandOver(parcels[1]);
        foreach (var parcel in parcels)
        {
            var number = parcel.GetProperty("trackingNumber").GetString()!;
            await Waiting.For($"{number} has left", () => StatusOf(buyer, orderId, number), status => status == ParcelStatus.HandedOver);
            Assert.Equal(200, await dispatch.Tell(number, ParcelStatus.InTransit));
            Assert.Equal(200, await dispatch.Tell(number, ParcelStatus.Delivered));
        }

        order = await Dispatch.Becomes(buyer, orderId, "DELIVERED");
        Assert.Equal("CAPTURED", order.GetProperty("payment").GetProperty("status").GetString());

        var asked = await buyer.Post(
            $"/orders/{orderId}/returns", new { lines = new[] { new { sku = cup, quantity = 2, reason = "Chipped." } } });
        Assert.Equal(202, asked.Status);
        var path = asked.Text("statusUrl");
        await Waiting.For("the label is there", () => buyer.Get(path), answer => answer.Status == 200 && answer.Text("status") == "LABEL_SENT");
        Assert.Equal(202, (await dispatch.Ops.Post($"/admin/returns/{asked.Text("id")}/receipt", new
        {
            lines = new[] { new { sku = cup, quantity = 1, condition = "SELLABLE" }, new { sku = cup, quantity = 1, condition = "DAMAGED" } },
        })).Status);
        await Dispatch.Becomes(buyer, orderId, "REFUNDED");
        var back = (await buyer.Get(path)).Json;
        Assert.Equal(2 * CupPrice, Amount(back.GetProperty("refund").GetProperty("amount")));

        Assert.Equal(
            ["RECEIVED", "PENDING_PAYMENT", "CONFIRMED", "SHIPPED", "DELIVERED", "RETURN_REQUESTED", "RETURNED", "REFUNDED"],
            (await buyer.Get($"/orders/{orderId}")).Json.GetProperty("history").EnumerateArray()
                .Select(step => step.GetProperty("status").GetString()));
        await Mails(buyer, orderId);
        await Balanced(dispatch);
    }

    private static async Task Offer(Dispatch dispatch, string sku, long price, string warehouse, int stock)
    {
        var category = (await dispatch.Ops.Get("/categories")).Json.GetProperty("items")[0].GetProperty("id").GetString();
        Assert.Equal(202, (await dispatch.Ops.Put($"/admin/warehouses/{warehouse}", new
        {
            name = warehouse,
            latitude = 39.8,
            longitude = -89.6,
            address = new { name = warehouse, line1 = "1 Dock Road", city = "Springfield", postalCode = "62701", country = "US" },
        })).Status);
        Assert.Equal(202, (await dispatch.Ops.Put($"/admin/products/{sku}", new
        {
            title = $"A thing to drink from, {sku}",
            categoryId = category,
            price = new { amount = price, currency = "USD" },
            active = true,
        })).Status);
        await Waiting.For($"{sku} is in {warehouse}", async () => (await dispatch.Ops.Post("/admin/stock/receipts", new
        {
            sku, warehouse, quantity = stock, reference = "delivery 1",
        })).Status, status => status == 202);
        await Waiting.For($"{sku} can be bought", () => dispatch.Ops.Get($"/products/{sku}"),
            answer => answer.Status == 200 && answer.Text("availability") != "OUT_OF_STOCK");
    }

    private static async Task<string?> StatusOf(Buyer buyer, Guid orderId, string trackingNumber) =>
        (await buyer.Get($"/orders/{orderId}")).Json.GetProperty("shipments").EnumerateArray()
            .Where(shipment => shipment.GetProperty("trackingNumber").GetString() == trackingNumber)
            .Select(shipment => shipment.GetProperty("status").GetString()).SingleOrDefault();

    /// <summary>One of each, and each of them about this order.</summary>
    private async Task Mails(Buyer buyer, Guid orderId)
    {
        var mails = await Waiting.For(
            "four mails came", () => Task.FromResult(Shop.Mail.TakenFor(buyer.Email)), mails => mails.Count >= 4);
        Assert.Equal(4, mails.Select(mail => mail.Message.Subject).Distinct().Count());
        Assert.Equal(4, mails.Count);
        Assert.All(mails, mail => Assert.Contains(orderId.ToString(), mail.Message.TextBody!, StringComparison.Ordinal));
        Assert.Single(mails, mail => mail.Message.TextBody!.Contains("25.00", StringComparison.Ordinal)
            && mail.Message.Subject!.Contains("refund", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task Balanced(Dispatch dispatch) => await Waiting.For(
        "stock, money, history and mails hold", () => dispatch.Ops.Get("/ops/audit"),
        answer => answer.Json.GetProperty("invariants").EnumerateArray()
            .Where(invariant => invariant.GetProperty("id").GetString() is "I1" or "I2" or "I4" or "I6" or "I7")
            .All(invariant => invariant.GetProperty("holds").GetBoolean() && invariant.GetProperty("checked").GetInt64() > 0));

    private static long Amount(JsonElement money) => money.GetProperty("amount").GetInt64();
}
