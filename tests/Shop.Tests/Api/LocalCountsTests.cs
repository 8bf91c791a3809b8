using System.Net;
using Microsoft.Extensions.Time.Testing;
using Shop.Api.RateLimiting;
using Xunit;

namespace Shop.Tests.Api;

public sealed class LocalCountsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LocalCounts _counts;
    private readonly Quota _quota = new("test", 4);

    public LocalCountsTests() => _counts = new LocalCounts(_time);

    [Fact]
    public void The_whole_quota_may_come_at_once_and_no_more()
    {
        var counts = Enumerable.Range(0, 6).Select(_ => _counts.Count(_quota, "a")).ToList();

        Assert.Equal([3, 2, 1, 0, 0, 0], counts.Select(count => count.Remaining));
        Assert.Equal([true, true, true, true, false, false], counts.Select(count => count.IsWithin));
    }

    [Fact]
    public void It_says_when_the_next_may_come_and_then_it_may()
    {
        Exhaust("a");

        Assert.Equal(15, _counts.Count(_quota, "a").ResetSeconds);
        _time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(_counts.Count(_quota, "a").IsWithin);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(_counts.Count(_quota, "a").IsWithin);
        Assert.False(_counts.Count(_quota, "a").IsWithin);
    }

    [Fact]
    public void After_the_window_it_is_whole_again()
    {
        Exhaust("a");
        _time.Advance(Quota.Window);

        Assert.Equal(3, _counts.Count(_quota, "a").Remaining);
    }

    [Fact]
    public void Each_is_counted_alone_and_by_each_quota()
    {
        Exhaust("a");

        Assert.True(_counts.Count(_quota, "b").IsWithin);
        Assert.True(_counts.Count(new Quota("other", 1), "a").IsWithin);
    }

    [Fact]
    public void Those_who_come_at_once_are_all_counted()
    {
        var quota = new Quota("busy", 1_000);

        var within = 0;
        Parallel.For(0, 4_000, _ =>
        {
            if (_counts.Count(quota, "a").IsWithin) Interlocked.Increment(ref within);
        });

        Assert.Equal(1_000, within);
    }

    [Fact]
    public void Those_who_left_are_forgotten()
    {
        for (var i = 0; i < 1_000; i++) _counts.Count(_quota, $"guest {i}");
        Assert.Equal(1_000, _counts.Size);
        _time.Advance(TimeSpan.FromMinutes(1));

        _counts.Count(_quota, "another");

        Assert.Equal(1, _counts.Size);
    }

    [Fact]
    public void A_flood_of_strangers_shuts_nobody_out_and_takes_no_more_memory()
    {
        for (var i = 0; i < LocalCounts.Most + 1_000; i++) Assert.True(_counts.Count(_quota, $"guest {i}").IsWithin);

        Assert.Equal(LocalCounts.Most, _counts.Size);
    }

    [Fact]
    public void The_fields_are_those_of_the_standard()
    {
        Assert.Equal("\"test\";q=4;w=60", _quota.Policy);
        Assert.Equal("\"test\";r=3;t=15", _counts.Count(_quota, "a").Field);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "20010db800010002")]
    [InlineData("2001:db8:1:2::1", "20010db800010002")]
    public void A_network_is_an_address_or_a_prefix(string address, string network) =>
        Assert.Equal(network, Network.Of(IPAddress.Parse(address)));

    private void Exhaust(string key)
    {
        for (var i = 0; i < 4; i++) Assert.True(_counts.Count(_quota, key).IsWithin);
    }
}
