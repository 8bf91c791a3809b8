using System.Text;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Shop.Api.Http;
using Shop.Api.Requests;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Accounts;

[Collection(StorefrontCollection.Name)]
public sealed class When_a_token_is_sent(ShopProcesses shop) : ShopTest(shop)
{
    public static TheoryData<string> Junk =>
    [
        "x", "a.b.c", "..", "eyJhbGciOiJub25lIn0.e30.", new string('a', 4_000), "CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        JsonToken("""{"alg":"none"}""", """{"sub":"ops","role":"ops","iss":"shop","aud":"shop","exp":4102444800}"""),
        JsonToken("""{"alg":"HS256"}""", """{"sub":"ops","role":"ops","iss":"shop","aud":"shop","exp":4102444800}"""),
    ];

    [Theory]
    [MemberData(nameof(Junk))]
    public async Task A_bad_one_is_refused_and_does_not_pass_for_a_guest(string token)
    {
        using var client = new Client(Shop.Api) { Token = token };

        var answer = await client.Get("/cart");

        answer.Refused(401, "unauthorized");
        Assert.StartsWith("Bearer", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        (await client.Get("/ops/dead-letters")).Refused(401, "unauthorized");
    }

    [Fact]
    public async Task Another_scheme_than_bearer_is_refused()
    {
        using var client = new Client(Shop.Api).With("Authorization", "Basic b3BzOm9wcw==");

        (await client.Get("/cart")).Refused(401, "unauthorized");
    }

    [Fact]
    public async Task Every_character_of_it_counts()
    {
        using var client = new Client(Shop.Api);
        await client.BecomeSomeone();
        var token = client.Token!;

        for (var i = 0; i < token.Length - 1; i += 29)
        {
            client.Token = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            (await client.Get("/cart")).Refused(401, "unauthorized");
        }
    }

    [Fact]
    public async Task Another_instance_takes_it()
    {
        using var client = new Client(Shop.Api);
        await client.BecomeSomeone();

        using var other = new Client(await Shop.ApiWith()) { Token = client.Token };

        Assert.Equal(200, (await other.Get("/cart")).Status);
    }

    [Fact]
    public async Task A_refresh_token_is_no_access_token_nor_the_other_way_round()
    {
        using var client = new Client(Shop.Api);
        var refreshToken = await client.Become(ShopProcesses.OperatorEmail, ShopProcesses.OperatorPassword);
        var accessToken = client.Token!;

        client.Token = refreshToken;
        (await client.Get("/cart")).Refused(401, "unauthorized");
        client.Token = null;
        (await client.Refresh(accessToken)).Refused(401, "unauthorized");
    }

    [Fact]
    public async Task One_that_the_command_printed_is_good_only_where_its_key_is_configured()
    {
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(ShopProcesses.SigningKey));
        var token = TokenCommand.Mint(key, "ops", "ops", TimeProvider.System.GetUtcNow().UtcDateTime);
        using var client = new Client(Shop.Api) { Token = token };
        using var elsewhere = new Client(await Shop.ApiWith(("Auth__SigningKey", ""))) { Token = token };

        Assert.Equal(200, (await client.Get("/ops/dead-letters")).Status);
        (await elsewhere.Get("/ops/dead-letters")).Refused(401, "unauthorized");
        await elsewhere.Become(ShopProcesses.OperatorEmail, ShopProcesses.OperatorPassword);
        Assert.Equal(200, (await elsewhere.Get("/ops/dead-letters")).Status);
    }

    [Fact]
    public async Task One_of_the_command_that_has_ended_is_refused()
    {
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(ShopProcesses.SigningKey));
        var yesterday = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1);
        using var client = new Client(Shop.Api) { Token = TokenCommand.Mint(key, "ops", "ops", yesterday) };

        (await client.Get("/ops/dead-letters")).Refused(401, "unauthorized");
    }

    private static string JsonToken(string header, string payload)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{(header.Contains("none", StringComparison.Ordinal) ? "" : Encode("not a signature"))}";
    }

    private static string Encode(string text) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(text));
}

[Collection(StorefrontCollection.Name)]
public sealed class When_a_token_is_refreshed(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task New_tokens_are_the_answer()
    {
        using var client = new Client(Shop.Api);
        var refreshToken = await client.Become(ShopProcesses.OperatorEmail, ShopProcesses.OperatorPassword);

        var answer = await client.Refresh(refreshToken);

        Assert.Equal(200, answer.Status);
        client.Token = answer.Text("accessToken");
        Assert.Equal(200, (await client.Get("/ops/dead-letters")).Status);
        Assert.Equal(200, (await client.Refresh(answer.Text("refreshToken"))).Status);
    }

    [Theory]
    [InlineData("update identity.account set security_stamp = 'another' where email = $1")]
    [InlineData("update identity.account set lockout_end = 'infinity' where email = $1")]
    [InlineData("delete from identity.account where email = $1")]
    public async Task Whoever_was_shut_out_gets_none(string sql)
    {
        using var client = new Client(Shop.Api);
        var (email, refreshToken) = await Someone(client);

        await Do(sql, email);

        (await client.Refresh(refreshToken)).Refused(401, "unauthorized");
    }

    [Fact]
    public async Task A_lock_that_others_caused_by_guessing_ends_no_session()
    {
        using var client = new Client(Shop.Api);
        var (email, refreshToken) = await Someone(client);

        await Do("update identity.account set lockout_end = now() + interval '15 minutes' where email = $1", email);

        Assert.Equal(200, (await client.Refresh(refreshToken)).Status);
    }

    [Fact]
    public async Task One_that_has_ended_is_refused()
    {
        using var client = new Client(Shop.Api);
        var (_, refreshToken) = await Someone(client);
        await using var services = new ServiceCollection()
            .AddDbContext<RequestsDbContext>(options => options.UseNpgsql(Shop.Database).UseSnakeCaseNamingConvention())
            .AddDataProtection().SetApplicationName("shop").PersistKeysToDbContext<RequestsDbContext>().Services
            .AddAuthentication().AddBearerToken(IdentityConstants.BearerScheme).Services.BuildServiceProvider();
        var tokens = services.GetRequiredService<IOptionsMonitor<BearerTokenOptions>>()
            .Get(IdentityConstants.BearerScheme).RefreshTokenProtector;
        var ticket = tokens.Unprotect(refreshToken)!;

        ticket.Properties.ExpiresUtc = TimeProvider.System.GetUtcNow().AddMinutes(1);
        Assert.Equal(200, (await client.Refresh(tokens.Protect(ticket))).Status);
        ticket.Properties.ExpiresUtc = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        (await client.Refresh(tokens.Protect(ticket))).Refused(401, "unauthorized");
    }

    [Fact]
    public async Task A_role_that_was_taken_away_is_gone()
    {
        using var client = new Client(Shop.Api);
        var (email, refreshToken) = await Someone(client);
        await Shop.Api.Run("account", email, "grant", "ops");
        (await client.Refresh(refreshToken)).Refused(401, "unauthorized");
        refreshToken = await client.Become(email, Client.Password);
        Assert.Equal(200, (await client.Get("/ops/dead-letters")).Status);

        await Shop.Api.Run("account", email, "revoke", "ops");

        (await client.Refresh(refreshToken)).Refused(401, "unauthorized");
        await client.Become(email, Client.Password);
        (await client.Get("/ops/dead-letters")).Refused(403, "forbidden");
    }

    [Fact]
    public async Task A_seller_is_one_and_no_operator()
    {
        using var client = new Client(Shop.Api);
        var (email, _) = await Someone(client);

        await Shop.Api.Run("account", email, "grant", "seller");

        await client.Become(email, Client.Password);
        (await client.Get("/ops/dead-letters")).Refused(403, "forbidden");
        await using var roles = Shop.Database.CreateCommand("""
            select string_agg(r.name, ' ' order by r.name) from identity.account a
            join identity.account_role g on g.user_id = a.id join identity.role r on r.id = g.role_id
            where a.email = $1
            """);
        roles.Parameters.AddWithValue(email);
        Assert.Equal("customer seller", await roles.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Whoever_was_barred_is_let_in_again_when_admitted()
    {
        using var client = new Client(Shop.Api);
        var (email, refreshToken) = await Someone(client);

        await Shop.Api.Run("account", email, "bar");
        (await client.Refresh(refreshToken)).Refused(401, "unauthorized");
        (await client.LogIn(email)).Refused(401, "unauthorized");
        await Shop.Api.Run("account", email, "admit");

        Assert.Equal(200, (await client.LogIn(email)).Status);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_bad_one_is_refused(string refreshToken)
    {
        using var client = new Client(Shop.Api);

        (await client.Refresh(refreshToken)).Refused(401, "unauthorized");
        (await client.Refresh(new string('A', 9_000))).Refused(401, "unauthorized");
        (await client.Refresh("")).Refused(400, "validation");
    }

    private static async Task<(string Email, string RefreshToken)> Someone(Client client)
    {
        var email = Client.NewEmail();
        Assert.Equal(200, (await client.Register(email)).Status);
        return (email, await client.Become(email, Client.Password));
    }

    private async Task Do(string sql, string email)
    {
        await using var command = Shop.Database.CreateCommand(sql);
        command.Parameters.AddWithValue(email);
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }
}
