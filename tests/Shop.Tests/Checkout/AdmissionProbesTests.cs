using Microsoft.Extensions.Time.Testing;
using Shop.Api.Checkout;
using Xunit;

namespace Shop.Tests.Checkout;

public sealed class AdmissionProbesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly AdmissionProbes _probes;

    public AdmissionProbesTests()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        _probes = new AdmissionProbes(_time);
    }

    [Fact]
    public void Each_probe_stands_for_those_since_the_last()
    {
        for (var i = 0; i < 100; i++)
        {
            _probes.Accepted(Guid.NewGuid());
            _time.Advance(TimeSpan.FromMilliseconds(2));
        }

        var underWay = _probes.UnderWay();

        Assert.Equal(20, underWay.Length);
        Assert.Equal(100, _probes.Settle([]).Backlog);
        var (backlog, done, _) = _probes.Settle(underWay[..10]);
        Assert.Equal(100, backlog + done);
        Assert.InRange(done, 45, 50);
    }

    [Fact]
    public void No_more_are_followed_than_may_be_and_all_are_counted()
    {
        for (var i = 0; i < 3 * AdmissionProbes.Most; i++)
        {
            _probes.Accepted(Guid.NewGuid());
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(AdmissionProbes.Most, _probes.UnderWay().Length);
        Assert.Equal(3 * AdmissionProbes.Most, _probes.Settle([]).Backlog);
    }

    [Fact]
    public void The_age_that_counts_is_not_that_of_stragglers()
    {
        _probes.Accepted(Guid.NewGuid());
        _time.Advance(TimeSpan.FromSeconds(30));
        var started = new List<Guid>();
        for (var i = 0; i < 19; i++)
        {
            started.Add(Guid.NewGuid());
            _probes.Accepted(started[^1]);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(_probes.Settle([]).Oldest, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void What_is_lost_is_forgotten_and_was_not_done()
    {
        _probes.Accepted(Guid.NewGuid());
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal((0, 0, TimeSpan.Zero), _probes.Settle([]));
        Assert.Empty(_probes.UnderWay());
    }
}
