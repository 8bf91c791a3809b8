using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Shop.Api.Accounts;
using Shop.Api.Http;
using Xunit;

namespace Shop.Tests.Api;

/// <summary>What the configuration may say, where a mistake would open a door.</summary>
public sealed class SecurityOptionsTests
{
    [Theory]
    [InlineData(null, null, true)]
    [InlineData("", "", true)]
    [InlineData("ops@example.org", "long enough", true)]
    [InlineData("ops@example.org", null, false)]
    [InlineData("ops@example.org", "", false)]
    [InlineData("ops@example.org", "too short", false)]
    [InlineData("no address", "long enough", false)]
    [InlineData(null, "long enough", false)]
    public void The_first_operator_has_a_password_of_its_own_or_there_is_none(string? email, string? password, bool isRight) =>
        Assert.Equal(isRight, new OperatorOptions { Email = email, Password = password }.IsComplete);

    [Fact]
    public void The_first_operators_password_may_be_in_a_file()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "a password in a file\n");
            var options = new OperatorOptions { Email = "ops@example.org", PasswordFile = file };

            Assert.True(options.IsComplete);
            Assert.Equal("a password in a file", options.ReadPassword());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(null, null, null, true)]
    [InlineData("0123456789abcdef0123456789abcdef", null, null, true)]
    [InlineData("short", null, null, false)]
    [InlineData(null, "https://issuer.example", "shop", true)]
    [InlineData(null, "http://127.0.0.1:9000", "shop", true)]
    [InlineData(null, "https://issuer.example", null, false)]
    [InlineData(null, "http://issuer.example", "shop", false)]
    [InlineData(null, "issuer", "shop", false)]
    public void An_issuer_is_believed_over_TLS_and_for_an_audience(
        string? key, string? authority, string? audience, bool isRight) => Assert.Equal(
        isRight, new AuthOptions { SigningKey = key, Authority = authority, Audience = audience }.Fault is null);

    [Theory]
    [InlineData("customer")]
    [InlineData("customer ops", "shop-admins")]
    [InlineData("customer seller", "merchants")]
    [InlineData("customer ops seller", "merchants", "shop-admins", "staff")]
    [InlineData("customer", "ops", "seller")]
    public void An_issuers_roles_are_translated_and_not_taken_by_their_name(string roles, params string[] told) =>
        Assert.Equal(roles, string.Join(' ', ExternalIssuer.RolesOf(
            new ClaimsPrincipal(new ClaimsIdentity(told.Select(role => new Claim("groups", role)))),
            new AuthOptions { RoleClaim = "groups", OpsRole = "shop-admins", SellerRole = "merchants" })));

    [Theory]
    [InlineData(null, true)]
    [InlineData("https://shop.example", true)]
    [InlineData("https://shop.example, http://localhost:3000", true)]
    [InlineData("*", false)]
    [InlineData("https://*.shop.example/", false)]
    [InlineData("https://shop.example/", false)]
    [InlineData("https://shop.example/path", false)]
    [InlineData("null", false)]
    [InlineData("shop.example", false)]
    public void Origins_are_named_one_by_one(string? origins, bool isRight) =>
        Assert.Equal(isRight, new CorsOptions { Origins = origins }.IsValid);

    [Theory]
    [InlineData("10.0.0.0/8, ::1/128", true)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("proxy", false)]
    public void Proxies_are_networks(string networks, bool isRight) =>
        Assert.Equal(isRight, new ProxyOptions { Networks = networks }.IsValid);

    [Theory]
    [InlineData("localhost:8080", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.8.8:1", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("shop.localhost", true)]
    [InlineData("shop.example", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("localhost.example", false)]
    [InlineData("127.0.0.1.example", false)]
    [InlineData("", false)]
    public void Loopback_is_known_by_its_names(string host, bool isLoopback) =>
        Assert.Equal(isLoopback, Loopback.IsHost(new HostString(host)));

    [Fact]
    public void Credentials_that_are_printed_tell_nothing()
    {
        Assert.Equal("Credentials", $"{new Credentials { Email = "a@example.org", Password = "secret" }}");
        Assert.Equal("RefreshRequest", $"{new RefreshRequest { RefreshToken = "secret" }}");
    }

    [Fact]
    public async Task A_flood_of_passwords_waits_in_a_short_line_and_no_more()
    {
        using var work = new PasswordWork();
        var cancellation = TestContext.Current.CancellationToken;
        var turns = Enumerable.Range(0, 10 * 17 * Environment.ProcessorCount).Select(_ => work.Turn(cancellation).AsTask()).ToList();

        var working = turns.Count(turn => turn.IsCompletedSuccessfully && turn.Result.IsAcquired);
        Assert.Equal(Math.Max(1, Environment.ProcessorCount / 2), working);
        Assert.Equal(16 * working, turns.Count(turn => !turn.IsCompleted));

        (await turns.First(turn => turn.IsCompleted)).Dispose();

        Assert.True((await turns[working]).IsAcquired);
    }
}
