using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Accounts;

[Collection(StorefrontCollection.Name)]
public sealed class When_someone_registers(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task They_can_log_in_and_are_a_customer()
    {
        using var client = new Client(Shop.Api);

        var email = await client.BecomeSomeone();

        Assert.Equal(200, (await client.Get("/cart")).Status);
        (await client.Get("/ops/dead-letters")).Refused(403, "forbidden");
        Assert.Equal("customer", await Roles(email));
    }

    [Fact]
    public async Task The_password_is_stored_as_a_hash()
    {
        using var client = new Client(Shop.Api);
        var email = Client.NewEmail();

        await client.Register(email, "a password nobody has");

        await using var command = Shop.Database.CreateCommand("select to_jsonb(a)::text from identity.account a where email = $1");
        command.Parameters.AddWithValue(email);
        Assert.DoesNotContain("nobody", (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not an address", Client.Password, "email")]
    [InlineData("a@b\u0000.example", Client.Password, "email")]
    [InlineData("", Client.Password, "email")]
    [InlineData("a@example.org", "too short", "password")]
    [InlineData("somebody@example.org", "somebody@example.org", "password")]
    public async Task What_is_wrong_is_told_by_field(string email, string password, string field)
    {
        using var client = new Client(Shop.Api);

        var problem = (await client.Register(email, password)).Refused(400, "validation");

        Assert.Equal(field, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task A_password_may_be_any_ten_characters_but_not_endless()
    {
        using var client = new Client(Shop.Api);

        Assert.Equal(200, (await client.Register(Client.NewEmail(), "aaaa aaaaa")).Status);
        Assert.Equal(200, (await client.Register(Client.NewEmail(), "пароль из слов")).Status);
        (await client.Register(Client.NewEmail(), new string('a', 129))).Refused(400, "validation");
    }

    [Fact]
    public async Task An_address_that_has_an_account_gets_no_second_one_in_whatever_case()
    {
        using var client = new Client(Shop.Api);
        var email = Client.NewEmail();
        await client.Register(email);

        var problem = (await client.Register(email.ToUpperInvariant(), "another password")).Refused(400, "validation");

        Assert.True(problem.GetProperty("errors").TryGetProperty("email", out _));
        (await client.LogIn(email, "another password")).Refused(401, "unauthorized");
        Assert.Equal(200, (await client.LogIn(email)).Status);
    }

    [Fact]
    public async Task Of_several_at_once_one_gets_the_address()
    {
        using var client = new Client(Shop.Api);
        var email = Client.NewEmail();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => client.Register(email)));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.Refused(400, "validation"));
    }

    [Theory]
    [InlineData("GET", "/auth/confirmEmail")]
    [InlineData("POST", "/auth/resendConfirmationEmail")]
    [InlineData("POST", "/auth/forgotPassword")]
    [InlineData("POST", "/auth/resetPassword")]
    [InlineData("POST", "/auth/manage/2fa")]
    [InlineData("GET", "/auth/manage/info")]
    public async Task Nothing_is_offered_that_would_need_a_mail(string method, string path)
    {
        using var client = new Client(Shop.Api);

        (await client.Send(new HttpMethod(method), path)).Refused(404, "not-found");
    }

    private async Task<string> Roles(string email)
    {
        await using var command = Shop.Database.CreateCommand("""
            select string_agg(r.name, ',') from identity.account a
            join identity.account_role ar on ar.user_id = a.id join identity.role r on r.id = ar.role_id where a.email = $1
            """);
        command.Parameters.AddWithValue(email);
        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
