using System.Text.Json;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Reviews;

[Collection(StorefrontCollection.Name)]
public sealed class When_many_review_one_product(ShopProcesses shop) : ShopTest(shop)
{
    private const int Persons = 60;

    [Fact]
    public async Task Shuffled_replaced_and_delivered_twice_they_sum_up_exactly_and_the_rating_is_published()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var sku = await Shop.Goods.Offer(stock: 1);
        var heard = await Shop.Broker.Listen("Shop.Contracts.Reviews:RatingsChanged");
        var posts = Enumerable.Range(0, 200)
            .Select(i => (Id: Guid.NewGuid(), Review: ReviewsDatabase.Of(
                sku, $"user:{i % Persons}", random.Next(1, 6), minute: i / Persons)))
            .ToArray();
        var deliveries = posts.Concat(posts).ToArray();
        random.Shuffle(deliveries);

        foreach (var (id, review) in deliveries) await Shop.Goods.Send(review, id);

        var expected = posts.GroupBy(post => post.Review.Owner)
            .Select(own => own.MaxBy(post => post.Review.PostedAt).Review.Rating).ToList();
        var histogram = Enumerable.Range(1, 5).Select(stars => expected.Count(rating => rating == stars));
        await Waiting.For("what stands is what was posted last", () => Read(
            $"select concat_ws(' ', count(*), sum(rating)) from reviews.review where sku = '{sku}'"),
            seen => seen == $"{Persons} {expected.Sum()}");
        var ids = string.Join("','", posts.Select(post => post.Id));
        await Waiting.For("all were handled", () => Read(
            $"select count(*)::text from reviews.inbox_message where message_id in ('{ids}')"),
            seen => seen == $"{posts.Length}");
        Assert.Equal(string.Join(' ', histogram), await Read(
            $"select concat_ws(' ', ones, twos, threes, fours, fives) from reviews.rating_view where sku = '{sku}'"));
        var told = await Waiting.For("the rating is told", () => Task.FromResult(Told(heard, sku)), rating =>
            rating?.GetProperty("count").GetInt32() == Persons
            && rating.Value.GetProperty("average").GetDouble() == Math.Round(expected.Average(), 2));
        Assert.NotNull(told);
    }

    /// <summary>The latest that was published of a product.</summary>
    private static JsonElement? Told(TestBroker.Ear heard, string sku)
    {
        foreach (var message in heard.All.Reverse())
        foreach (var product in JsonElement.Parse(message.Body).GetProperty("message").GetProperty("products")
            .EnumerateArray())
            if (product.GetProperty("sku").GetString() == sku) return product;
        return null;
    }

    private async Task<string> Read(string sql)
    {
        await using var command = Shop.Database.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
