using Shop.Workers.Search;
using Xunit;

namespace Shop.Tests.Search;

public sealed class TiersTests
{
    [Fact]
    public async Task The_first_thousand_are_a_tier_and_as_many_again_as_all_before_the_next()
    {
        var (tiers, products) = await Draw(Enumerable.Range(1, 5_000).Reverse().Select(popularity => ((long)popularity, 1L)));

        Assert.Equal(5_000, products);
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], new[] { 5_000, 4_001, 4_000, 3_001, 3_000, 1_001, 1_000, 1 }.Select(
            popularity => tiers.Of(popularity + 0.5)));
    }

    [Fact]
    public async Task Products_of_the_same_popularity_are_parted_evenly()
    {
        var (tiers, _) = await Draw([(7, 4_000)]);

        var places = Enumerable.Range(0, 4_000).Select(product => tiers.Of(7 + product / 4_000.0)).CountBy(tier => tier);

        Assert.Equal([(0, 1_000), (1, 1_000), (2, 2_000)], places.OrderBy(tier => tier.Key).Select(tier => (tier.Key, tier.Value)));
    }

    [Fact]
    public async Task Of_fewer_than_a_thousand_all_are_in_the_first() =>
        Assert.Equal(0, (await Draw([(3, 500), (0, 499)])).Tiers.Of(0));

    private static Task<(Tiers Tiers, long Products)> Draw(IEnumerable<(long, long)> popularities) =>
        Tiers.Draw(popularities.ToAsyncEnumerable(), TestContext.Current.CancellationToken);
}
