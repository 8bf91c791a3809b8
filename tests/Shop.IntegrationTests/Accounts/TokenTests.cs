using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;
using Shop.Api.Http;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Accounts;

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
    public async Task A_role_that_was_taken_away_is_gone()
    {
        using var client = new Client(Shop.Api);
        var (email, refreshToken) = await Someone(client);
        await Do(
            "insert into identity.account_role select a.id, r.id from identity.account a, identity.role r "
            + "where a.email = $1 and r.name = 'ops'", email);
        var asOps = await client.Refresh(refreshToken);
        client.Token = asOps.Text("accessToken");
        Assert.Equal(200, (await client.Get("/ops/dead-letters")).Status);
        await Do(
            "delete from identity.account_role using identity.account a, identity.role r "
            + "where user_id = a.id and role_id = r.id and a.email = $1 and r.name = 'ops'", email);

        client.Token = (await client.Refresh(asOps.Text("refreshToken"))).Text("accessToken");

        (await client.Get("/ops/dead-letters")).Refused(403, "forbidden");
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
