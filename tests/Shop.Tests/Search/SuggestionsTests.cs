using Shop.Api.Search;
using Xunit;

namespace Shop.Tests.Search;

public sealed class SuggestionsTests
{
    [Theory]
    [InlineData(true, 10, 0.1)]
    [InlineData(true, 60, 1)]
    [InlineData(true, 300, 30)]
    [InlineData(false, 300, 0.1)]
    public void They_are_read_again_when_titles_changed_and_every_few_minutes(bool isChanged, double since, double took) =>
        Assert.True(IsDue(isChanged, since, took));

    [Theory]
    [InlineData(false, 60, 0.1)]
    [InlineData(true, 10, 1)]
    [InlineData(true, 290, 30)]
    public void They_rest_longer_the_longer_a_reading_takes(bool isChanged, double since, double took) =>
        Assert.False(IsDue(isChanged, since, took));

    private static bool IsDue(bool isChanged, double since, double took) =>
        Suggestions.IsDue(isChanged, TimeSpan.FromSeconds(since), TimeSpan.FromSeconds(took));
}
