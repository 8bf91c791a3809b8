using Shop.Contracts.Orders;
using StackExchange.Redis;
using Xunit;
using static Shop.IntegrationTests.Recommendations.RecommendationsDatabase;

namespace Shop.IntegrationTests.Recommendations;

[Collection(RecommendationsTests.Name)]
public sealed class RankerTests(RecommendationsDatabase shop) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await shop.Empty();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_is_bought_together_is_found_from_both_sides_and_the_best_seller_is_not()
    {
        // Two of three orders have the batteries, those with a camera as well; six of nine cameras come with a case.
        await shop.Confirm(
        [
            .. Times(6, "CAMERA", "CASE", "BATTERIES"), .. Times(3, "CAMERA"), .. Times(1, "CASE"),
            .. Times(40, "BATTERIES"), .. Times(20, "LAMP"),
        ]);

        await shop.CountAndRank();

        Assert.Equal(["CASE"], await shop.Related("CAMERA"));
        Assert.Equal(["CAMERA"], await shop.Related("CASE"));
        Assert.Null(await shop.Related("LAMP"));
    }

    [Fact]
    public async Task What_stands_in_Redis_has_an_end()
    {
        await shop.Confirm([.. Times(3, "A", "B"), .. Times(5, "C")]);

        await shop.CountAndRank();

        Assert.InRange((await shop.TimeToLive("A"))!.Value, TimeSpan.FromDays(6), TimeSpan.FromDays(7));
    }

    [Fact]
    public async Task Only_what_changed_is_ranked_again()
    {
        await shop.Confirm([.. Times(3, "A", "B"), .. Times(5, "C")]);
        Assert.Equal(3, await shop.CountAndRank());

        Assert.Equal(0, await shop.CountAndRank());
        await shop.Confirm(Order("C"));

        Assert.Equal(1, await shop.CountAndRank());
    }

    [Fact]
    public async Task What_was_taken_back_is_no_longer_named()
    {
        OrderConfirmed[] together = [.. Times(3, "A", "B")];
        await shop.Confirm([.. together, .. Times(5, "C")]);
        await shop.CountAndRank();
        Assert.Equal(["B"], await shop.Related("A"));

        await shop.End([.. together.Select(order => order.OrderId)]);
        await shop.CountAndRank();

        Assert.Null(await shop.Related("A"));
        Assert.Equal(1, await shop.Read<long>("select count(*) from recommendations.product_count"));
    }

    [Fact]
    public async Task A_flushed_Redis_is_written_anew()
    {
        await shop.Confirm([.. Times(3, "A", "B"), .. Times(5, "C")]);
        await shop.CountAndRank();

        await shop.Flush();
        await shop.CountAndRank();

        Assert.Equal(["B"], await shop.Related("A"));
    }

    [Fact]
    public async Task What_is_old_is_written_anew_before_Redis_forgets_it()
    {
        await shop.Confirm([.. Times(3, "A", "B"), .. Times(5, "C")]);
        await shop.CountAndRank();

        await shop.Run("update recommendations.product_count set ranked_at = now() - interval '4 days' where sku = 'A'");

        Assert.Equal(1, await shop.CountAndRank());
    }

    [Fact]
    public async Task While_Redis_is_away_it_stays_due()
    {
        await shop.Confirm([.. Times(3, "A", "B"), .. Times(5, "C")]);
        await shop.Count();
        await using var nobody = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions
        {
            EndPoints = { "127.0.0.1:9" }, AbortOnConnectFail = false, ConnectTimeout = 200,
            BacklogPolicy = BacklogPolicy.FailFast,
        });

        await Assert.ThrowsAnyAsync<RedisException>(() => shop.Rank(nobody));

        Assert.Equal(3, await shop.Rank());
        Assert.Equal(["B"], await shop.Related("A"));
    }

    [Fact]
    public async Task More_than_a_slice_is_ranked_at_once()
    {
        await shop.Confirm([.. Enumerable.Range(0, 450).Select(i => Order($"P{i}"))]);

        Assert.Equal(450, await shop.CountAndRank());
    }

    [Fact]
    public async Task The_best_sellers_of_a_category_are_published_by_units()
    {
        await shop.Import();
        var (category, skus) = await Products();
        await shop.Confirm(Order((skus[0], 1)), Order((skus[1], 9)), Order((skus[0], 2)), Order(("UNKNOWN", 50)));

        await shop.CountAndRank();

        Assert.Equal($"{skus[1]} {skus[0]}", await shop.Read<string>($"""
            select string_agg(sku, ' ' order by units desc, sku) from recommendations.best_seller_view
            where category_id = '{category}'
            """));
        Assert.Equal(2, await shop.Read<long>("select count(*) from recommendations.best_seller_view"));
    }

    private async Task<(string Category, string[] Skus)> Products()
    {
        var found = await shop.Read<string>("""
            select concat(category_id, ' ', string_agg(sku, ' ' order by sku)) from catalog.product
            group by category_id having count(*) >= 2 order by category_id limit 1
            """);
        return found.Split(' ') is [var category, .. var skus] ? (category, skus) : default;
    }

    private static IEnumerable<OrderConfirmed> Times(int times, params string[] skus) =>
        Enumerable.Range(0, times).Select(_ => Order(skus));
}
