using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Shop.Api.Http;
using Xunit;

namespace Shop.Tests.Api;

public sealed class GuestSessionsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly GuestSessions _sessions;

    public GuestSessionsTests() => _sessions = new GuestSessions(new EphemeralDataProtectionProvider(), _time);

    [Fact]
    public void It_is_not_sent_again_within_a_day()
    {
        var (owner, cookie) = Begin();
        _time.Advance(TimeSpan.FromHours(23));

        Assert.Equal((owner, null), Read(cookie));
    }

    [Fact]
    public void Use_renews_it_and_it_is_the_same_session()
    {
        var (owner, cookie) = Begin();
        for (var day = 0; day < 60; day += 2)
        {
            _time.Advance(TimeSpan.FromDays(2));
            var (same, renewed) = Read(cookie);
            Assert.Equal(owner, same);
            Assert.NotNull(renewed);
            Assert.NotEqual(cookie, renewed);
            cookie = renewed;
        }
    }

    [Fact]
    public void A_week_without_use_ends_it()
    {
        var (_, cookie) = Begin();
        _time.Advance(TimeSpan.FromDays(7));

        Assert.Equal((null, null), Read(cookie));
    }

    [Fact]
    public void Other_keys_do_not_open_it()
    {
        var (_, cookie) = Begin();
        var stranger = new GuestSessions(new EphemeralDataProtectionProvider(), _time);

        Assert.Null(stranger.Read(With(cookie)));
    }

    [Fact]
    public void What_was_protected_for_something_else_is_no_session()
    {
        var keys = new EphemeralDataProtectionProvider();
        var foreign = keys.CreateProtector("something else").Protect(new byte[24]);

        Assert.Null(new GuestSessions(keys, _time).Read(
            With($"shop_session={Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlEncode(foreign)}")));
    }

    [Fact]
    public void No_two_are_alike() => Assert.Equal(1_000, Enumerable.Range(0, 1_000).Select(_ => Begin().Owner).Distinct().Count());

    private static DefaultHttpContext With(string cookie) => new() { Request = { Headers = { Cookie = cookie } } };

    private static string? SetBy(HttpContext context) => context.Response.Headers.SetCookie.SingleOrDefault()?.Split(';')[0];

    private (string Owner, string Cookie) Begin()
    {
        var context = new DefaultHttpContext();
        var owner = _sessions.Issue(context);
        return (owner, SetBy(context)!);
    }

    private (string? Owner, string? Renewed) Read(string cookie)
    {
        var context = With(cookie);
        return (_sessions.Read(context), SetBy(context));
    }
}
