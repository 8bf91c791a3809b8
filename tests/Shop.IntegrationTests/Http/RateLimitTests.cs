using System.Globalization;
using System.Text;
using Shop.IntegrationTests.Accounts;
using Shop.IntegrationTests.Checkout;
using StackExchange.Redis;
using Xunit;

namespace Shop.IntegrationTests.Http;

[Collection(StorefrontCollection.Name)]
public sealed class When_there_are_quotas(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task Each_answer_tells_what_is_left()
    {
        using var someone = (await Api()).FromNewNetwork();
        await someone.BecomeSomeone();

        var (first, second) = (await someone.Get("/cart"), await someone.Get("/cart"));

        Assert.Equal("\"network\";q=40;w=60, \"cart\";q=6;w=60", first.Header("RateLimit-Policy"));
        Assert.Equal((39, 5), (Left(first, "network"), Left(first, "cart")));
        Assert.Equal((38, 4), (Left(second, "network"), Left(second, "cart")));
    }

    [Fact]
    public async Task A_caller_who_is_over_is_told_when_to_come_again()
    {
        using var guest = (await Api()).FromNewNetwork();
        await Fill(guest);

        var answer = await Exhaust(() => guest.Get("/cart"));

        answer.Refused(429, "rate-limited");
        Assert.InRange(int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal(0, Left(answer, "cart"));
    }

    [Fact]
    public async Task Another_caller_of_the_same_network_is_not_over()
    {
        using var one = (await Api()).FromNewNetwork();
        await Fill(one);
        await Exhaust(() => one.Get("/cart"));

        one.Session = null;

        Assert.Equal(200, (await one.Get("/cart")).Status);
    }

    [Fact]
    public async Task A_network_of_many_callers_has_a_quota_too()
    {
        using var nobody = (await Api()).FromNewNetwork();

        var answer = await Exhaust(() => nobody.Get("/cart"));

        answer.Refused(429, "rate-limited");
        Assert.Equal(0, Left(answer, "network"));
        (await nobody.With("Authorization", "Bearer guess").Get("/orders/1")).Refused(429, "rate-limited");
    }

    [Fact]
    public async Task Only_our_proxies_are_believed_about_the_network()
    {
        using var client = new Client(await Shop.ApiWith(("RateLimits__PerNetwork", "5")));

        await Exhaust(() => client.FromNewNetwork().Get("/cart"));
    }

    [Fact]
    public async Task A_checkout_that_is_over_orders_nothing_and_its_key_can_be_used_again()
    {
        using var guest = (await Api()).FromNewNetwork();
        await Fill(guest);
        await Exhaust(() => guest.Post("/checkout", new { }, ("Idempotency-Key", Buyer.NewKey())));

        var answer = await guest.Post("/checkout", new { }, ("Idempotency-Key", "again"));

        answer.Refused(429, "rate-limited");
        Assert.Single((await guest.Get("/cart")).Json.GetProperty("lines").EnumerateArray());
        // As after a minute; all instances count together.
        await ForgetCheckouts();
        using var elsewhere = new Client(Shop.Api) { Session = guest.Session };
        (await elsewhere.Post("/checkout", new { }, ("Idempotency-Key", "again"))).Refused(400, "validation");
    }

    [Fact]
    public async Task Whoever_drops_the_session_has_no_more_checkouts()
    {
        using var nobody = (await Api()).FromNewNetwork();

        var answer = await Exhaust(() => nobody.Post("/checkout", new { }, ("Idempotency-Key", Buyer.NewKey())));

        answer.Refused(429, "rate-limited");
        Assert.Equal(0, Left(answer, "checkout-network"));
        Assert.Equal(200, (await nobody.Get("/cart")).Status);
    }

    [Theory]
    [InlineData("/search?q=")]
    [InlineData("/search/suggest?q=")]
    public async Task Words_that_no_cache_knows_end_soon_and_what_a_cache_may_keep_tells_of_no_caller(string path)
    {
        using var client = (await Api()).FromNewNetwork();
        var first = await client.Get(path + Guid.NewGuid());

        var answer = await Exhaust(() => client.Get(path + Guid.NewGuid()));

        Assert.Null(first.Header("RateLimit"));
        answer.Refused(429, "rate-limited");
        Assert.Equal(0, Left(answer, "search"));
    }

    [Fact]
    public async Task A_flood_of_notifications_ends_before_it_is_read()
    {
        using var client = (await Api()).FromNewNetwork();

        var answer = await Exhaust(() => client.PostRaw("/webhooks/payments", "{}"));

        answer.Refused(429, "rate-limited");
        Assert.Equal(0, Left(answer, "webhooks"));
    }

    [Fact]
    public async Task Pages_of_the_catalogue_have_none()
    {
        using var client = (await Api()).FromNewNetwork();

        for (var i = 0; i < 60; i++)
        {
            var answer = await client.Get("/products/GEN-0001");
            Assert.NotEqual(429, answer.Status);
            Assert.Null(answer.Header("RateLimit"));
        }
    }

    [Fact]
    public async Task Guessing_at_an_account_from_one_network_ends_soon_however_the_address_is_spelt()
    {
        using var client = (await Api()).FromNewNetwork();
        var email = "é" + Client.NewEmail();
        string[] spellings = [email, email.ToUpperInvariant(), email.Normalize(NormalizationForm.FormD)];
        var count = 0;

        var answer = await Exhaust(() => client.LogIn(spellings[++count % spellings.Length], "a wrong password"));

        answer.Refused(429, "rate-limited");
        Assert.Equal(0, Left(answer, "account"));
        Assert.InRange(count, 4, 6);
        (await client.LogIn(Client.NewEmail(), "a wrong password")).Refused(401, "unauthorized");
    }

    [Theory]
    [InlineData("/auth/login", "log-in")]
    [InlineData("/auth/register", "register")]
    [InlineData("/auth/refresh", "refresh")]
    public async Task Floods_from_one_network_are_counted_by_all_instances_together(string path, string quota)
    {
        using var one = await Api();
        using var other = new Client(await Shop.ApiWith([.. Low, ("Telemetry__SampledShare", "0")]));
        var address = $"192.0.2.{Random.Shared.Next(256)}, 10.1.2.{Random.Shared.Next(256)}";
        one.With("X-Forwarded-For", address);
        other.With("X-Forwarded-For", address);

        var answer = await Exhaust(() => one.PostRaw(path, "{}"));

        answer.Refused(429, "rate-limited");
        Assert.Equal(0, Left(answer, quota));
        (await other.PostRaw(path, "{}")).Refused(429, "rate-limited");
    }

    [Fact]
    public async Task Checkouts_of_one_caller_are_counted_by_all_instances_together()
    {
        using var one = (await Api()).FromNewNetwork();
        await Fill(one);
        using var other = new Client(await Shop.ApiWith([.. Low, ("Telemetry__SampledShare", "0")])).FromNewNetwork();
        other.Session = one.Session;

        var left = new List<int>();
        for (var i = 0; i < 2; i++)
            foreach (var instance in new[] { one, other }) left.Add(Left(await TryCheckout(instance), "checkout"));

        Assert.Equal([3, 2, 1, 0], left);
        foreach (var instance in new[] { one, other }) (await TryCheckout(instance)).Refused(429, "rate-limited");
    }

    [Fact]
    public async Task While_Redis_is_away_each_instance_counts_the_checkouts_that_come_to_it()
    {
        using var one = (await Api()).FromNewNetwork();
        await Fill(one);
        await Exhaust(() => TryCheckout(one));
        using var alone = new Client(await Shop.ApiWith(("ConnectionStrings__Redis", "127.0.0.1:9"))) { Session = one.Session };

        var first = await TryCheckout(alone);

        Assert.Equal((400, 59), (first.Status, Left(first, "checkout")));
        (await Exhaust(() => TryCheckout(alone))).Refused(429, "rate-limited");
    }

    [Fact]
    public async Task The_document_tells_of_it()
    {
        using var client = new Client(Shop.Api);

        var paths = (await client.Get("/openapi/v1.json")).Json.GetProperty("paths");

        var limited = paths.GetProperty("/checkout").GetProperty("post").GetProperty("responses").GetProperty("429");
        Assert.True(limited.GetProperty("headers").TryGetProperty("RateLimit", out _));
        Assert.True(limited.GetProperty("content").TryGetProperty("application/problem+json", out _));
        Assert.False(paths.GetProperty("/products/{sku}").GetProperty("get").GetProperty("responses").TryGetProperty("429", out _));
    }

    private static readonly (string, string)[] Low =
    [
        ("Proxies__Networks", "127.0.0.0/8"), ("RateLimits__PerNetwork", "40"), ("RateLimits__Cart", "6"),
        ("RateLimits__Checkout", "4"), ("RateLimits__LogIn", "12"), ("RateLimits__LogInToAccount", "4"),
        ("RateLimits__Register", "5"), ("RateLimits__Refresh", "5"), ("RateLimits__CheckoutPerNetwork", "8"),
        ("RateLimits__Search", "5"), ("RateLimits__Webhooks", "5"),
    ];

    private async Task<Client> Api() => new(await Shop.ApiWith(Low));

    private async Task ForgetCheckouts()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Shop.Redis);
        await foreach (var key in redis.GetServers()[0].KeysAsync(pattern: $"{Shop.KeyPrefix}rate:checkout:*"))
            await redis.GetDatabase().KeyDeleteAsync(key);
    }

    private async Task Fill(Client guest) => Assert.Equal(
        200, (await guest.Post("/cart/items", new { sku = await Shop.Goods.Offer(stock: 1), quantity = 1 })).Status);

    /// <summary>One that is refused for what it says; it counts all the same.</summary>
    private static Task<Answer> TryCheckout(Client caller) =>
        caller.Post("/checkout", new { }, ("Idempotency-Key", Buyer.NewKey()));

    /// <summary>Calls until it is refused for the first time.</summary>
    private static async Task<Answer> Exhaust(Func<Task<Answer>> call)
    {
        for (var i = 0; i < 100; i++)
            if (await call() is { Status: 429 } over) return over;
        Assert.Fail("A hundred calls were none too many.");
        return null!;
    }

    private static int Left(Answer answer, string quota)
    {
        var field = answer.Header("RateLimit")!.Split(", ").Single(item => item.StartsWith($"\"{quota}\"", StringComparison.Ordinal));
        return int.Parse(field.Split(';')[1]["r=".Length..], CultureInfo.InvariantCulture);
    }
}
