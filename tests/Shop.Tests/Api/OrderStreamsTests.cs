using Microsoft.Extensions.Options;
using Shop.Api.Orders;
using Xunit;

namespace Shop.Tests.Api;

public sealed class OrderStreamsTests
{
    private readonly OrderStreams _streams = new(
        null!, null!, Options.Create(new OrderEventsOptions { MostOfCaller = 2, Most = 3 }), null!, TimeProvider.System);

    [Fact]
    public void A_caller_with_too_many_streams_is_told_so()
    {
        Assert.Null(_streams.Enter("a"));
        Assert.Null(_streams.Enter("a"));

        Assert.Equal((429, "rate-limited"), Refusal("a"));
        Assert.Null(_streams.Enter("b"));
    }

    [Fact]
    public void Too_many_streams_of_all_callers_are_the_shops_limit()
    {
        Assert.Null(_streams.Enter("a"));
        Assert.Null(_streams.Enter("a"));
        Assert.Null(_streams.Enter("b"));

        Assert.Equal((503, "overloaded"), Refusal("c"));
    }

    [Fact]
    public void A_stream_that_ends_makes_room()
    {
        Assert.Null(_streams.Enter("a"));
        Assert.Null(_streams.Enter("a"));
        _streams.Leave("a");

        Assert.Null(_streams.Enter("a"));
    }

    [Theory]
    [InlineData("2", 2)]
    [InlineData("3", 3)]
    [InlineData("4", 0)]
    [InlineData("0", 0)]
    [InlineData("-1", 0)]
    [InlineData(" 2", 0)]
    [InlineData("2,3", 0)]
    [InlineData("x", 0)]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    public void The_last_event_counts_if_the_order_has_it(string? lastEventId, int seen) =>
        Assert.Equal(seen, OrderStreams.Seen(lastEventId, last: 3));

    private (int Status, string Code) Refusal(string owner) =>
        _streams.Enter(owner) is { Problem: var problem } ? (problem.Status, problem.Code) : default;
}
