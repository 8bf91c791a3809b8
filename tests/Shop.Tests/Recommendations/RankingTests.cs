using Shop.Contracts.Recommendations;
using Shop.Workers.Recommendations;
using Xunit;

namespace Shop.Tests.Recommendations;

public sealed class RankingTests
{
    private const long AllOrders = 10_000;
    private const long Orders = 100;

    [Fact]
    public void A_best_seller_that_is_bought_with_everything_does_not_come_before_what_belongs_together()
    {
        // Every second order has it, and so have sixty of these hundred: more than the twelve that bought a case.
        var bestSeller = new Partner("BATTERIES", Together: 60, Orders: 5_000);
        var related = new Partner("CASE", Together: 12, Orders: 40);

        Assert.Equal("CASE", Ranking.Best(Orders, AllOrders, [bestSeller, related])[0]);
    }

    [Fact]
    public void A_best_seller_that_is_bought_with_it_as_with_everything_is_not_named() =>
        Assert.Empty(Ranking.Best(Orders, AllOrders, [new Partner("BATTERIES", Together: 51, Orders: 5_000)]));

    [Fact]
    public void What_is_bought_with_it_less_than_with_anything_else_is_not_named() =>
        Assert.Empty(Ranking.Best(Orders, AllOrders, [new Partner("RIVAL", Together: 5, Orders: 5_000)]));

    [Fact]
    public void What_one_order_had_together_is_not_named() =>
        Assert.Empty(Ranking.Best(1, AllOrders, [new Partner("CHANCE", Together: 1, Orders: 1)]));

    [Fact]
    public void More_evidence_comes_first() => Assert.Equal(
        ["OFTEN", "SELDOM"],
        Ranking.Best(Orders, AllOrders, [new Partner("SELDOM", 5, 20), new Partner("OFTEN", 20, 80)]));

    [Fact]
    public void Equals_come_in_the_order_of_their_SKUs() => Assert.Equal(
        ["A", "B", "C"],
        Ranking.Best(Orders, AllOrders, [new Partner("B", 5, 20), new Partner("C", 5, 20), new Partner("A", 5, 20)]));

    [Fact]
    public void At_most_twenty_are_named() => Assert.Equal(RelatedProducts.Most, Ranking.Best(
        Orders, AllOrders, Enumerable.Range(0, 50).Select(i => new Partner($"P{i}", 5, 20))).Count);

    [Fact]
    public void What_is_written_is_read_again() =>
        Assert.Equal(["A-1", "B-2"], RelatedProducts.Read(RelatedProducts.Write(["A-1", "B-2"])));
}
