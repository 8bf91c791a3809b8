using Shop.IntegrationTests.Accounts;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Http;

[Collection(StorefrontCollection.Name)]
public sealed class When_a_browser_is_answered(ShopProcesses shop) : ShopTest(shop)
{
    [Theory]
    [InlineData("/products/GEN-0001")]
    [InlineData("/cart")]
    [InlineData("/nowhere")]
    [InlineData("/ops/dead-letters")]
    [InlineData("/cart?x=%ZZ&a=b")]
    [InlineData("/openapi/v1.json")]
    public async Task It_is_told_to_do_nothing_with_the_answer(string path)
    {
        using var client = new Client(Shop.Api);

        var answer = await client.Get(path);

        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", answer.Header("Content-Security-Policy"));
        Assert.Null(answer.Header("Server"));
        Assert.Null(answer.Header("X-Powered-By"));
        Assert.Null(answer.Header("Strict-Transport-Security"));
    }

    [Fact]
    public async Task The_page_of_documents_may_run_its_own_scripts_and_no_others()
    {
        using var client = new Client(Shop.Api);

        var page = await client.Get("/scalar/");

        Assert.Equal(200, page.Status);
        var policy = page.Header("Content-Security-Policy")!;
        Assert.Contains("script-src 'self' 'unsafe-inline'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("//", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", System.Text.Encoding.UTF8.GetString(page.Body));
    }

    [Fact]
    public async Task Over_TLS_off_loopback_it_is_told_to_stay_there()
    {
        using var client = new Client(await Shop.ApiWith(("Proxies__Networks", "127.0.0.0/8")))
            .With("Host", "shop.example").With("X-Forwarded-Proto", "https");

        Assert.StartsWith(
            "max-age=31536000", (await client.Get("/cart")).Header("Strict-Transport-Security"), StringComparison.Ordinal);
        Assert.NotNull((await client.Get("/nowhere")).Header("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Nobody_is_believed_about_TLS_who_is_not_a_proxy_of_ours()
    {
        using var client = new Client(Shop.Api).With("Host", "shop.example").With("X-Forwarded-Proto", "https");

        Assert.Null((await client.Get("/cart")).Header("Strict-Transport-Security"));
    }
}

[Collection(StorefrontCollection.Name)]
public sealed class When_a_page_of_another_origin_calls(ShopProcesses shop) : ShopTest(shop)
{
    private const string LongQuery = "/cart?a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a&a";
    private const string Known = "https://shop.example";

    [Fact]
    public async Task It_may_not_read_the_answer_by_default()
    {
        using var client = new Client(Shop.Api).With("Origin", Known);

        Assert.Null((await client.Get("/cart")).Header("Access-Control-Allow-Origin"));
        Assert.Null((await Preflight(client, "POST")).Header("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("/cart")]
    [InlineData("/nowhere")]
    [InlineData("/ops/dead-letters")]
    [InlineData("/products/GEN-0001")]
    [InlineData(LongQuery)]
    public async Task A_configured_one_may_read_it_with_its_visitors_session(string path)
    {
        using var client = await Configured(Known);

        var answer = await client.Get(path);

        Assert.Equal(Known, answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal("true", answer.Header("Access-Control-Allow-Credentials"));
        Assert.Contains("Origin", answer.Header("Vary"), StringComparison.Ordinal);
        foreach (var header in new[] { "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "Idempotent-Replayed" })
            Assert.Contains(header, answer.Header("Access-Control-Expose-Headers")!.Split(','));
    }

    [Fact]
    public async Task A_configured_one_may_send_JSON_and_our_headers()
    {
        using var client = await Configured(Known);

        var answer = await Preflight(client, "PUT");

        Assert.Equal(204, answer.Status);
        Assert.Equal(Known, answer.Header("Access-Control-Allow-Origin"));
        Assert.Contains("PUT", answer.Header("Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Equal("3600", answer.Header("Access-Control-Max-Age"));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://shop.example.evil.example")]
    [InlineData("http://shop.example")]
    [InlineData("null")]
    public async Task Another_may_not(string origin)
    {
        using var client = await Configured(origin);

        Assert.Null((await client.Get("/cart")).Header("Access-Control-Allow-Origin"));
        Assert.Null((await Preflight(client, "POST")).Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_cache_keeps_answers_apart_by_origin_even_if_none_was_sent()
    {
        using var client = new Client(await Api());

        Assert.Contains("Origin", (await client.Get("/products/GEN-0001")).Header("Vary"), StringComparison.Ordinal);
    }

    private static Task<Answer> Preflight(Client client, string method) => client.Send(
        HttpMethod.Options, "/cart/items", null, ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", "content-type,idempotency-key,authorization"));

    private Task<HostProcess> Api() => Shop.ApiWith(("Cors__Origins", $"{Known}, https://other.example"));

    private async Task<Client> Configured(string origin) => new Client(await Api()).With("Origin", origin);
}
