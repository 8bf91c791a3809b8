using System.Net;
using System.Net.Http.Headers;
using Xunit;

namespace Shop.IntegrationTests.Browse;

/// <summary>A product page as HTTP.</summary>
public sealed class PageTests(BrowseProcesses shop) : BrowseTest(shop)
{
    [Fact]
    public async Task A_page_may_be_kept_by_anyone_for_a_minute_and_has_a_strong_tag()
    {
        using var page = await Ask(await Shop.AnyProduct());

        Assert.Equal("public, max-age=60, stale-while-revalidate=300", page.Headers.NonValidated["Cache-Control"].ToString());
        Assert.False(page.Headers.ETag!.IsWeak);
        Assert.Equal("application/json; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.Equal(page.Content.Headers.ContentLength, (await page.Content.ReadAsByteArrayAsync(Token)).Length);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("W/{0}")]
    [InlineData("\"another\", {0}")]
    [InlineData("*")]
    public async Task Who_has_it_is_told_so(string ifNoneMatch)
    {
        var sku = await Shop.AnyProduct();
        using var page = await Ask(sku);

        using var again = await Ask(sku, string.Format(null, ifNoneMatch, page.Headers.ETag));

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(page.Headers.ETag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Token));
    }

    [Theory]
    [InlineData("\"another\"")]
    [InlineData("no tag at all")]
    public async Task Who_has_another_gets_it(string ifNoneMatch)
    {
        using var page = await Ask(await Shop.AnyProduct(), ifNoneMatch);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Theory]
    [InlineData("NOBODY-HAS-THIS")]
    [InlineData("no-sku")]
    [InlineData("list:category")]
    public async Task What_is_no_product_is_a_problem_that_nobody_keeps(string sku)
    {
        using var answer = await Ask(sku);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_token_that_is_not_good_keeps_nobody_from_browsing()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri($"/products/{await Shop.AnyProduct()}", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "nonsense");

        using var page = await Shop.Clients[0].SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task A_refusal_carries_the_trace_that_it_was_asked_under()
    {
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/products/NOBODY-HAS-THIS", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-b7ad6b7169203331-01");

        using var answer = await Shop.Clients[0].SendAsync(request, Token);

        Assert.Contains($"\"traceId\":\"{trace}\"", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> Ask(string sku, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/products/{sku}", UriKind.Relative));
        if (ifNoneMatch is not null) request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return await Shop.Clients[0].SendAsync(request, Token);
    }
}
