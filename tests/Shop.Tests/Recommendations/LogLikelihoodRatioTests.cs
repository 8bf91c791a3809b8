using Shop.Workers.Recommendations;
using Xunit;

namespace Shop.Tests.Recommendations;

public sealed class LogLikelihoodRatioTests
{
    /// <summary>From the table of bigrams in Dunning's paper of 1993.</summary>
    [Theory]
    [InlineData(270.72, 110, 2442, 111, 29114)]
    [InlineData(263.90, 29, 13, 123, 31612)]
    [InlineData(256.84, 31, 23, 139, 31584)]
    [InlineData(167.23, 10, 0, 3, 31764)]
    [InlineData(157.21, 76, 104, 2476, 29121)]
    [InlineData(157.03, 16, 16, 51, 31694)]
    [InlineData(146.80, 9, 0, 5, 31763)]
    public void It_gives_what_the_paper_gives(double expected, long both, long first, long second, long neither) =>
        Assert.Equal(expected, LogLikelihoodRatio.Of(both, first, second, neither), 0.005);

    /// <summary>By hand: 2 · (1 · ln 2 + 1 · ln 2).</summary>
    [Fact]
    public void Two_that_are_only_ever_together_score_by_hand_as_here() =>
        Assert.Equal(4 * Math.Log(2), LogLikelihoodRatio.Of(1, 0, 0, 1), 1e-12);

    [Fact]
    public void Twice_the_evidence_is_twice_the_score() => Assert.Equal(
        2 * LogLikelihoodRatio.Of(7, 3, 5, 90), LogLikelihoodRatio.Of(14, 6, 10, 180), 1e-9);

    [Fact]
    public void What_comes_together_as_often_as_chance_has_it_scores_nothing() =>
        Assert.Equal(0, LogLikelihoodRatio.Of(10, 90, 40, 360), 1e-9);

    [Fact]
    public void Nothing_at_all_scores_nothing() => Assert.Equal(0, LogLikelihoodRatio.Of(0, 0, 0, 0));
}
