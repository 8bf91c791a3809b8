using System.Net.Http.Headers;
using System.Text.Json;
using Shop.IntegrationTests.Checkout;
using Shop.IntegrationTests.Reviews;
using Xunit;

namespace Shop.IntegrationTests.Webhooks;

/// <summary>A person's webhooks, over HTTP, through the real hosts.</summary>
public sealed class When_a_person_registers_a_webhook(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task It_is_told_of_the_persons_orders_and_of_nobody_elses()
    {
        await using var receiver = await Receiver.Start();
        var person = new Buyer(Shop) { Token = CustomerToken.With() };
        var registered = await Register(person, receiver.Address + "/mine");
        var secret = registered.Text("secret");
        var sku = await Shop.Goods.Offer(stock: 5);
        var stranger = new Buyer(Shop) { Token = CustomerToken.With() };
        var (orderId, other) = (await person.Order(Buyer.GoodCard, sku), await stranger.Order(Buyer.GoodCard, sku));
        await person.Sees(orderId, "CONFIRMED");
        await stranger.Sees(other, "CONFIRMED");

        var path = registered.Text("statusUrl");
        var told = await Waiting.For("it is told", () => person.Get(path), answer => answer.Status == 200
            && answer.Json.GetProperty("deliveries").EnumerateArray()
                .Any(delivery => delivery.GetProperty("status").GetString() == "DELIVERED"));

        var call = Assert.Single(receiver.CallsTo("/mine"));
        call.Verify(secret);
        Assert.Equal(orderId, call.Data.GetProperty("orderId").GetGuid());
        Assert.Equal(call.Id, told.Json.GetProperty("deliveries")[0].GetProperty("id").GetString());
        Assert.DoesNotContain(secret, told.ToString(), StringComparison.Ordinal);
        (await stranger.Get(path)).Refused(404, "not-found");
        await AssertNobodyKept(secret);
    }

    [Fact]
    public async Task It_hears_nothing_when_it_was_removed()
    {
        await using var receiver = await Receiver.Start();
        var person = new Buyer(Shop) { Token = CustomerToken.With() };
        var path = (await Register(person, receiver.Address + "/gone")).Text("statusUrl");
        Assert.Equal(202, await Delete(person, path));
        await Waiting.For("it is removed", async () => (await person.Get(path)).Status == 404);
        var orderId = await person.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));
        await person.Sees(orderId, "CONFIRMED");
        await Waiting.For("the mail of the order has left", async () => Shop.Mail.TakenFor(person.Email).Count == 1);

        Assert.Equal(0, await Shop.Books.Count("select count(*) from webhooks.delivery where order_id = $1", orderId));
        Assert.Empty(receiver.CallsTo("/gone"));
    }

    [Fact]
    public async Task Ten_stand_however_many_come_at_once()
    {
        var person = new Buyer(Shop) { Token = CustomerToken.With() };
        var answers = await Task.WhenAll(Enumerable.Range(0, 14).Select(
            i => person.Post("/webhooks", new { url = $"https://hooks.example.org/{i}" })));
        Assert.All(answers, answer => Assert.True(answer.Status is 202 or 409, answer.ToString()));
        await Waiting.For("ten are there", () => person.Get("/webhooks"),
            answer => answer.Json.GetProperty("items").GetArrayLength() == 10);
        await Waiting.For("all commands are carried out", async () => await Shop.Broker.Count("webhooks.register-webhook") == 0);

        (await person.Post("/webhooks", new { url = "https://hooks.example.org/" })).Refused(409, "webhook-limit");
        Assert.Equal(10, (await person.Get("/webhooks")).Json.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("ftp://hooks.example.org/")]
    [InlineData("hooks.example.org")]
    [InlineData("https://user:password@hooks.example.org/")]
    [InlineData("https://hooks.example.org/#there")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public async Task What_is_no_address_is_refused(string url) => Assert.Equal(
        JsonValueKind.Array,
        (await new Buyer(Shop) { Token = CustomerToken.With() }.Post("/webhooks", new { url }))
            .Refused(400, "validation").GetProperty("errors").GetProperty("url").ValueKind);

    private static async Task<Answer> Register(Buyer person, string url)
    {
        var registered = await person.Post("/webhooks", new { url, description = "mine" });
        Assert.True(registered.Status == 202, registered.ToString());
        Assert.StartsWith("whsec_", registered.Text("secret"), StringComparison.Ordinal);
        await Waiting.For(
            "it is registered", async () => (await person.Get(registered.Text("statusUrl"))).Status == 200);
        return registered;
    }

    private async Task<int> Delete(Buyer person, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        using var answer = await Shop.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    /// <summary>Neither a table nor a log holds it, in the clear or by its bytes.</summary>
    private async Task AssertNobodyKept(string secret)
    {
        Assert.Equal(0, await Shop.Books.Count("""
            select count(*) from webhooks.endpoint
            where position(convert_to($1, 'UTF8') in sealed_secret) > 0 or position(decode($2, 'base64') in sealed_secret) > 0
            """, secret, secret["whsec_".Length..]));
        foreach (var host in new[] { Shop.Api, Shop.Workers, Shop.Sagas })
            Assert.DoesNotContain(host.Output, line => line.Contains(secret, StringComparison.Ordinal));
    }
}
