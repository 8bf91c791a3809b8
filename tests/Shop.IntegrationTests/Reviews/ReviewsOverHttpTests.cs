using System.Text.Json;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Reviews;

[Collection(StorefrontCollection.Name)]
public sealed class When_a_product_is_reviewed(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task It_shows_under_the_name_of_the_token_and_not_the_address()
    {
        var sku = await Shop.Goods.Offer(stock: 1);
        var ada = Person(("name", "Ada L."), ("email", "ada@example.org"));

        Assert.Equal(202, (await ada.Post(Path(sku), Review(4, "Good", "It does\nwhat it should."))).Status);

        var page = await Reviews(sku, count: 1);
        var review = page.GetProperty("items")[0];
        Assert.Equal(
            ["author", "rating", "title", "body", "verifiedPurchase", "createdAt"],
            review.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Ada L.", review.GetProperty("author").GetString());
        Assert.Equal(4, review.GetProperty("rating").GetInt32());
        Assert.Equal("Good", review.GetProperty("title").GetString());
        Assert.Equal("It does\nwhat it should.", review.GetProperty("body").GetString());
        Assert.False(review.GetProperty("verifiedPurchase").GetBoolean());
        Assert.EndsWith("Z", review.GetProperty("createdAt").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            """{"average":4,"count":1,"histogram":[0,0,0,1,0]}""", page.GetProperty("summary").GetRawText());
    }

    [Fact]
    public async Task A_second_review_replaces_the_first()
    {
        var sku = await Shop.Goods.Offer(stock: 1);
        var ada = Person();
        await ada.Post(Path(sku), Review(1));
        await Reviews(sku, count: 1);

        await ada.Post(Path(sku), Review(5));

        var page = await Waiting.For("the second stands", () => Read(Path(sku)), page =>
            page.GetProperty("summary").GetRawText() == """{"average":5,"count":1,"histogram":[0,0,0,0,1]}""");
        Assert.Equal(1, page.GetProperty("items").GetArrayLength());
        await Waiting.For("the first is gone", () => Read(Path(sku)), page =>
            page.GetProperty("items")[0].GetProperty("rating").GetInt32() == 5);
    }

    [Fact]
    public async Task Nobody_may_without_a_good_token()
    {
        var sku = await Shop.Goods.Offer(stock: 1);

        (await new Buyer(Shop).Post(Path(sku), Review(5))).Refused(401, "unauthorized");
        (await new Buyer(Shop) { Token = "forged" }.Post(Path(sku), Review(5))).Refused(401, "unauthorized");
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        var answer = await Person().Post(Path(await Shop.Goods.Offer(stock: 1)), Review(6, new string('x', 121), ""));

        Assert.Equal(
            ["rating", "title", "body"],
            answer.Refused(400, "validation").GetProperty("errors").EnumerateObject().Select(field => field.Name));
    }

    [Theory]
    [InlineData("NO-SUCH-PRODUCT")]
    [InlineData("not a sku")]
    public async Task There_is_nothing_of_a_product_that_is_not_there(string sku)
    {
        (await new Buyer(Shop).Get(Path(sku))).Refused(404, "not-found");
        (await Person().Post(Path(sku), Review(5))).Refused(404, "not-found");
    }

    [Fact]
    public async Task A_product_without_reviews_has_an_empty_page()
    {
        var page = await Read(Path(await Shop.Goods.Offer(stock: 1)));

        Assert.Equal(
            """{"items":[],"next":null,"summary":{"average":0,"count":0,"histogram":[0,0,0,0,0]}}""",
            page.GetRawText());
    }

    [Fact]
    public async Task Pages_follow_each_other_from_the_newest_to_the_oldest_while_more_are_posted()
    {
        var sku = await Shop.Goods.Offer(stock: 1);
        for (var i = 1; i <= 5; i++)
        {
            await Person().Post(Path(sku), Review(3, $"No. {i}"));
            await Reviews(sku, count: i);
        }

        var titles = new List<string?>();
        for (var next = ""; next is not null;)
        {
            var page = await Read($"{Path(sku)}?limit=2{next}");
            titles.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("title").GetString()));
            next = page.GetProperty("next").GetString() is { } cursor ? $"&cursor={cursor}" : null;
            if (titles.Count != 2) continue;
            await Person().Post(Path(sku), Review(3, "No. 6"));
            await Reviews(sku, count: 6);
        }

        Assert.Equal(["No. 5", "No. 4", "No. 3", "No. 2", "No. 1"], titles);
    }

    [Theory]
    [InlineData("cursor=nonsense")]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=many")]
    public async Task A_page_that_cannot_be_is_refused(string query) =>
        (await new Buyer(Shop).Get($"{Path(await Shop.Goods.Offer(stock: 1))}?{query}")).Refused(400, "validation");

    [Fact]
    public async Task A_page_may_be_kept_by_anyone_and_has_a_strong_tag()
    {
        var answer = await new Buyer(Shop).Get(Path(await Shop.Goods.Offer(stock: 1)));

        Assert.Contains("public", answer.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.StartsWith("\"", answer.Header("ETag"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_bought_it_is_verified()
    {
        var sku = await Shop.Goods.Offer(stock: 5);
        var (before, after) = (Person(), Person());
        await before.Sees(await before.Order(Buyer.GoodCard, sku), "CONFIRMED");
        await before.Post(Path(sku), Review(5, "bought before"));
        await after.Post(Path(sku), Review(5, "bought after"));
        await Person().Post(Path(sku), Review(5, "bought never"));
        await after.Sees(await after.Order(Buyer.GoodCard, sku), "CONFIRMED");

        await Waiting.For("two of three are verified", () => Read(Path(sku)), page => Titles(page, verified: true)
            .Order(StringComparer.Ordinal).SequenceEqual(["bought after", "bought before"]));

        Assert.Equal(["bought never"], Titles(await Read(Path(sku)), verified: false));
    }

    [Fact]
    public async Task What_was_said_of_a_product_before_it_was_created_is_in_its_rating()
    {
        var sku = $"REVIEWED-{Guid.NewGuid():N}".ToUpperInvariant();
        await using var command = Shop.Database.CreateCommand($"""
            insert into reviews.review (sku, owner, id, author, rating, title, body, posted_at)
            values ('{sku}', 'user:ada', gen_random_uuid(), '', 5, '', '', now());
            insert into reviews.rating (sku, ones, twos, threes, fours, fives) values ('{sku}', 0, 0, 0, 0, 1)
            """);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await Shop.Goods.Put(sku, 1_000);

        await Waiting.For("it is rated", () => Read($"/products/{sku}"), product =>
            product.GetProperty("rating").GetRawText() == """{"average":5,"count":1}""");
    }

    private static IEnumerable<string?> Titles(JsonElement page, bool verified) => page.GetProperty("items")
        .EnumerateArray().Where(item => item.GetProperty("verifiedPurchase").GetBoolean() == verified)
        .Select(item => item.GetProperty("title").GetString());

    private Buyer Person(params (string, string)[] claims) => new(Shop) { Token = CustomerToken.With(claims) };

    private static object Review(int rating, string title = "Title", string body = "Body") => new { rating, title, body };

    private static string Path(string sku) => $"/products/{Uri.EscapeDataString(sku)}/reviews";

    private Task<JsonElement> Reviews(string sku, int count) => Waiting.For(
        $"{sku} has {count} reviews", () => Read(Path(sku)),
        page => page.GetProperty("summary").GetProperty("count").GetInt32() == count
            && page.GetProperty("items").GetArrayLength() == count);

    private async Task<JsonElement> Read(string path)
    {
        var answer = await new Buyer(Shop).Get(path);
        Assert.True(answer.Status == 200, answer.ToString());
        return answer.Json;
    }
}
