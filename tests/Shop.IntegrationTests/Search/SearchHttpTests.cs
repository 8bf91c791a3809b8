using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Search;

/// <summary>Search as clients meet it, over the running shop.</summary>
[Collection(StorefrontCollection.Name)]
public sealed class SearchHttpTests(ShopProcesses shop) : ShopTest(shop)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_product_that_is_put_can_be_found_and_one_that_goes_off_sale_cannot()
    {
        var sku = await Shop.Goods.Offer(stock: 20, price: 4_321);
        await Waiting.For($"{sku} is found", async () => (await Skus($"/search?q=article+{sku}&inStock=true")).Contains(sku));

        await Shop.Goods.Put(sku, 5_432);
        await Waiting.For($"{sku} is found by its new price",
            async () => (await Skus($"/search?q={sku}&minPrice=5432&maxPrice=5432")).Contains(sku));

        await Shop.Goods.Put(sku, 5_432, active: false);
        await Waiting.For($"{sku} is gone", async () => !(await Skus($"/search?q={sku}")).Contains(sku));
    }

    [Fact]
    public async Task An_answer_has_cards_total_facets_and_the_next_page()
    {
        var sku = await Shop.Goods.Offer(stock: 0, price: 777);
        await Waiting.For($"{sku} is found", async () => (await Skus($"/search?q={sku}")).Contains(sku));

        var answer = await Shop.Http.GetFromJsonAsync<JsonElement>("/search?q=article&limit=1", Cancellation);

        var card = Assert.Single(answer.GetProperty("items").EnumerateArray());
        Assert.Equal("USD", card.GetProperty("price").GetProperty("currency").GetString());
        Assert.True(answer.GetProperty("total").GetInt64() >= 1);
        Assert.True(answer.GetProperty("totalIsExact").GetBoolean());
        foreach (var facet in new[] { "brand", "category", "price" })
            Assert.Equal(JsonValueKind.Array, answer.GetProperty("facets").GetProperty(facet).ValueKind);
        Assert.True(answer.TryGetProperty("next", out _));
    }

    [Fact]
    public async Task An_answer_may_be_kept_and_is_not_sent_again_to_one_who_has_it()
    {
        using var first = await Shop.Http.GetAsync("/search?q=nothing-like-this", Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/search?q=nothing-like-this");
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(first.Headers.ETag!.Tag));
        using var second = await Shop.Http.SendAsync(request, Cancellation);

        Assert.True(first.Headers.CacheControl is { Public: true, MaxAge: { TotalSeconds: 60 } });
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("sort=best", "sort")]
    [InlineData("minPrice=-1", "minPrice")]
    [InlineData("maxPrice=1.5", "maxPrice")]
    [InlineData("minPrice=2&maxPrice=1", "maxPrice")]
    [InlineData("inStock=perhaps", "inStock")]
    [InlineData("category=a%20b", "category")]
    [InlineData("brand=", "brand")]
    [InlineData("cursor=nonsense", "cursor")]
    [InlineData("cursor=", "cursor")]
    public async Task What_cannot_be_taken_is_named(string query, string field)
    {
        using var answer = await Shop.Http.GetAsync($"/search?{query}", Cancellation);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Fact]
    public async Task An_empty_cursor_does_no_harm_to_the_search_without_one()
    {
        using var refused = await Shop.Http.GetAsync("/search?q=harmless&cursor=", Cancellation);
        using var answer = await Shop.Http.GetAsync("/search?q=harmless", Cancellation);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (refused.StatusCode, answer.StatusCode));
    }

    [Fact]
    public async Task Too_much_text_and_too_many_brands_are_refused()
    {
        using var text = await Shop.Http.GetAsync($"/search?q={new string('a', 201)}", Cancellation);
        using var brands = await Shop.Http.GetAsync(
            $"/search?{string.Join('&', Enumerable.Range(0, 21).Select(i => $"brand=b{i}"))}", Cancellation);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (text.StatusCode, brands.StatusCode));
    }

    [Fact]
    public async Task Suggestions_follow_the_catalogue()
    {
        var sku = await Shop.Goods.Offer(stock: 1);

        await Waiting.For($"{sku} is suggested", async () =>
        {
            var answer = await Shop.Http.GetFromJsonAsync<JsonElement>($"/search/suggest?q=article+{sku}", Cancellation);
            return answer.GetProperty("suggestions").EnumerateArray().Any(
                suggestion => suggestion.TryGetProperty("sku", out var found) && found.GetString() == sku);
        });
    }

    [Fact]
    public async Task A_suggestion_needs_a_beginning()
    {
        using var answer = await Shop.Http.GetAsync("/search/suggest", Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task The_index_says_how_far_it_is_behind()
    {
        var sku = await Shop.Goods.Offer(stock: 1);
        await Waiting.For($"{sku} is found", async () => (await Skus($"/search?q={sku}")).Contains(sku));

        using var http = new HttpClient { BaseAddress = Shop.Workers.Address };
        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancellation);

        Assert.Contains("shop_search_lag_seconds_bucket", metrics, StringComparison.Ordinal);
        Assert.Contains("shop_search_pending", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verb_reindex_builds_the_index_anew()
    {
        var sku = await Shop.Goods.Offer(stock: 1);
        await Waiting.For($"{sku} is found", async () => (await Skus($"/search?q={sku}")).Contains(sku));

        await Shop.Workers.Run("reindex");

        Assert.Contains(sku, await Skus($"/search?q={sku}"));
    }

    private async Task<List<string>> Skus(string address)
    {
        var answer = await Shop.Http.GetFromJsonAsync<JsonElement>(address, Cancellation);
        return [.. answer.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("sku").GetString()!)];
    }
}
