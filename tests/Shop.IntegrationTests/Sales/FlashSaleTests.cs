using System.Security.Cryptography;
using System.Text.Json;
using Shop.Contracts.Inventory;
using Shop.IntegrationTests.Accounts;
using Shop.IntegrationTests.Checkout;
using Shop.IntegrationTests.Orders;
using Xunit;

namespace Shop.IntegrationTests.Sales;

public sealed class When_a_product_is_on_sale(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task One_waits_their_turn_buys_what_one_may_and_hears_when_it_is_sold_out()
    {
        var sku = await Shop.Goods.Offer(stock: 10);
        await Put(sku, startsIn: TimeSpan.FromMinutes(-1), limit: 2, quantity: 5);
        var (ada, bob, eve) = (new Buyer(Shop), new Buyer(Shop), new Buyer(Shop));
        var key = Buyer.NewKey();
        await ada.AddToCart(sku, 2);
        var early = (await ada.Checkout(key)).Refused(429, "not-admitted");
        Assert.Equal($"/sales/{sku}/queue", early.GetProperty("queue").GetString());

        await Sees(ada, sku, "ADMITTED");
        var order = (await ada.Checkout(key)).Accepted();
        await ada.Sees(order, "CONFIRMED");

        await ada.AddToCart(sku, 1);
        (await ada.Checkout(Buyer.NewKey())).Refused(409, "purchase-limit");

        await bob.AddToCart(sku, 2);
        await Sees(bob, sku, "ADMITTED");
        await bob.Sees((await bob.Checkout(Buyer.NewKey())).Accepted(), "CONFIRMED");
        // Less than is sold is what is sold: nothing is left.
        await Put(sku, startsIn: TimeSpan.FromMinutes(-1), limit: 2, quantity: 1);
        await Sees(eve, sku, "SOLD_OUT");
        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 10, Reserved: 0, Sold: 4));
    }

    [Fact]
    public async Task What_one_may_have_is_decided_by_the_ledger_however_the_order_came()
    {
        var sku = await Shop.Goods.Offer(stock: 10);
        await Put(sku, startsIn: TimeSpan.FromMinutes(-1), limit: 2, quantity: 10);
        var buyer = new Buyer(Shop);
        await buyer.AddToCart(sku, 2);
        await Sees(buyer, sku, "ADMITTED");
        // The limit is lowered while the order is under way, as far as the API knows.
        await Put(sku, startsIn: TimeSpan.FromMinutes(-1), limit: 1, quantity: 10, isSeen: false);
        var answer = await buyer.Checkout(Buyer.NewKey());

        if (answer.Status == 202)
        {
            var failure = (await buyer.Sees(answer.Accepted(), "OUT_OF_STOCK")).GetProperty("failure");
            Assert.Equal("purchase-limit", failure.GetProperty("code").GetString());
            Assert.Equal(sku, failure.GetProperty("lines")[0].GetProperty("sku").GetString());
        }
        else answer.Refused(409, "purchase-limit");

        await Shop.Books.StockBecomes(sku, new Stock(OnHand: 10, Reserved: 0, Sold: 0));
    }

    [Fact]
    public async Task A_stream_tells_a_place_the_moment_it_changes_and_the_seed_with_the_draw_which_is_what_was_promised()
    {
        var sku = await Shop.Goods.Offer(stock: 10);
        await Put(sku, startsIn: TimeSpan.FromSeconds(5), limit: 2, quantity: 3);
        using var stream = await Queue(Shop.Api.Address, sku);
        Assert.Equal("text/event-stream", stream.ContentType);

        var (before, after) = await Turn(stream);

        Assert.Equal("WAITING_FOR_START", before.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, before.GetProperty("seed").ValueKind);
        Assert.Equal(before.GetProperty("ticket").GetGuid(), after.GetProperty("ticket").GetGuid());
        Assert.Equal(before.GetProperty("commitment").GetString(), Convert.ToHexStringLower(
            SHA256.HashData(Convert.FromHexString(after.GetProperty("seed").GetString()!))));
        await End(sku);
        while (after.GetProperty("state").GetString() != "ENDED") after = (await stream.Next())!.Data;
        Assert.Null(await stream.Next());
    }

    /// <summary>A draw is made once, by one of them: of the two who wait, one is told by an instance that did not make it.</summary>
    [Fact]
    public async Task Whichever_instance_makes_the_draw_those_who_wait_at_another_hear_their_turn()
    {
        var other = await Shop.ApiWith();
        var sku = await Shop.Goods.Offer(stock: 10);
        await Put(sku, startsIn: TimeSpan.FromSeconds(6), limit: 2, quantity: 10);
        await Waiting.For("the other instance knows the sale", async () =>
        {
            using var client = new Client(other);
            return (await client.Get($"/sales/{sku}/queue")).Status == 200;
        });
        using var here = await Queue(Shop.Api.Address, sku);
        using var there = await Queue(other.Address, sku);

        var (first, second) = (await Turn(here), await Turn(there));

        Assert.Equal("WAITING_FOR_START", first.Before.GetProperty("state").GetString());
        Assert.Equal("WAITING_FOR_START", second.Before.GetProperty("state").GetString());
        Assert.Equal(first.After.GetProperty("seed").GetString(), second.After.GetProperty("seed").GetString());
        Assert.Equal(Ticket(first.Before), Ticket(first.After));
        Assert.Equal(Ticket(second.Before), Ticket(second.After));
        Assert.NotEqual(Ticket(first.After), Ticket(second.After));

        static Guid Ticket(JsonElement place) => place.GetProperty("ticket").GetGuid();
    }

    /// <summary>A new guest who waits at one instance.</summary>
    private static Task<EventStream> Queue(Uri api, string sku)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api, $"/sales/{sku}/queue"));
        request.Headers.Add("Accept", "text/event-stream");
        return EventStream.Open(request);
    }

    /// <summary>What is told first, and when it is their turn.</summary>
    private static async Task<(JsonElement Before, JsonElement After)> Turn(EventStream stream)
    {
        var before = (await stream.Next())!.Data;
        var after = before;
        while (after.GetProperty("state").GetString() != "ADMITTED") after = (await stream.Next())!.Data;
        return (before, after);
    }

    private static Task<Answer> Sees(Buyer buyer, string sku, string state) =>
        Waiting.For($"the queue of {sku} is {state}", () => buyer.Get($"/sales/{sku}/queue"),
            answer => answer.Status == 200 && answer.Text("state") == state);

    private async Task Put(string sku, TimeSpan startsIn, int limit, int quantity, bool isSeen = true)
    {
        var now = DateTimeOffset.UtcNow;
        await Shop.Goods.Send(new PutSale
        {
            Sku = sku,
            StartsAt = now + startsIn,
            EndsAt = now.AddHours(1),
            PerPersonLimit = limit,
            Quantity = quantity,
            AskedAt = now,
        });
        await Waiting.For("the sale stands", async () => await Shop.Books.Count(
            "select count(*) from inventory.sale where sku = $1 and per_person_limit = $2", sku, limit) == 1);
        if (isSeen) await Waiting.For("the API knows the sale", async () =>
            (await new Buyer(Shop).Get($"/sales/{sku}/queue")).Status == 200);
    }

    private Task End(string sku) => Shop.Books.Count(
        "with ended as (update inventory.sale set ends_at = now() where sku = $1 returning 1) select count(*) from ended", sku);
}
