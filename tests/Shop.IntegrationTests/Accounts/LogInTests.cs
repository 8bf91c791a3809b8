using System.Diagnostics;
using System.Text.Json.Nodes;
using Shop.Api.Accounts;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Accounts;

[Collection(StorefrontCollection.Name)]
public sealed class When_someone_logs_in(ShopProcesses shop) : ShopTest(shop)
{
    private const string Wrong = "not the password";

    [Fact]
    public async Task Bearer_tokens_are_the_answer_and_no_cache_keeps_them()
    {
        using var client = new Client(Shop.Api);
        var email = Client.NewEmail();
        await client.Register(email);

        var answer = await client.LogIn(email);

        Assert.Equal(200, answer.Status);
        Assert.Equal("Bearer", answer.Text("tokenType"));
        Assert.Equal(900, answer.Json.GetProperty("expiresIn").GetInt32());
        Assert.NotEqual(answer.Text("accessToken"), answer.Text("refreshToken"));
        Assert.Contains("no-store", answer.Header("Cache-Control"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_they_put_into_the_cart_is_theirs_on_every_device_and_nobody_elses()
    {
        using var phone = new Client(Shop.Api);
        using var desk = new Client(Shop.Api);
        using var other = new Client(Shop.Api);
        var sku = await Shop.Goods.Offer(stock: 5);
        var email = await phone.BecomeSomeone();
        await desk.Become(email.ToUpperInvariant(), Client.Password);
        await other.BecomeSomeone();

        Assert.Equal(200, (await phone.Post("/cart/items", new { sku, quantity = 1 })).Status);

        Assert.Single((await desk.Get("/cart")).Json.GetProperty("lines").EnumerateArray());
        Assert.Empty((await other.Get("/cart")).Json.GetProperty("lines").EnumerateArray());
        Assert.Null(phone.SetCookie);
    }

    [Fact]
    public async Task What_fails_does_not_tell_why()
    {
        using var client = new Client(Shop.Api);
        var (known, locked) = (Client.NewEmail(), Client.NewEmail());
        await client.Register(known);
        await client.Register(locked);
        await Do("update identity.account set lockout_end = now() + interval '5 minutes' where email = $1", locked);

        var answers = new[]
        {
            await client.LogIn(Client.NewEmail()),
            await client.LogIn(known, Wrong),
            await client.LogIn(locked),
            await client.LogIn("no address", Wrong),
        };

        Assert.All(answers, answer => answer.Refused(401, "unauthorized"));
        Assert.Single(answers.Select(WithoutTrace).Distinct());
    }

    [Fact]
    public async Task What_fails_takes_as_long_for_an_account_that_there_is_not()
    {
        using var client = new Client(Shop.Api);
        var known = Client.NewEmail();
        await client.Register(known);

        var (absent, present) = (int.MaxValue, int.MaxValue);
        for (var i = 0; i < 2; i++)
        {
            absent = Math.Min(absent, await Beats(client, Client.NewEmail()));
            present = Math.Min(present, await Beats(client, known));
        }

        Assert.True(absent >= 1);
        Assert.Equal(absent, present);
    }

    [Fact]
    public async Task Guesses_that_are_made_at_once_are_all_counted_and_lock_the_account_for_a_while()
    {
        using var client = new Client(Shop.Api);
        var email = Client.NewEmail();
        await client.Register(email);

        await Task.WhenAll(Enumerable.Range(0, LogIn.MostFailures).Select(_ => client.LogIn(email, Wrong)));

        (await client.LogIn(email)).Refused(401, "unauthorized");
        await Do("update identity.account set lockout_end = now() - interval '1 second' where email = $1", email);
        Assert.Equal(200, (await client.LogIn(email)).Status);
    }

    [Fact]
    public async Task A_success_forgets_the_failures_before_it()
    {
        using var client = new Client(Shop.Api);
        var email = Client.NewEmail();
        await client.Register(email);
        await Task.WhenAll(Enumerable.Range(1, LogIn.MostFailures - 1).Select(_ => client.LogIn(email, Wrong)));

        Assert.Equal(200, (await client.LogIn(email)).Status);
        await client.LogIn(email, Wrong);
        Assert.Equal(200, (await client.LogIn(email)).Status);
    }

    [Fact]
    public async Task The_operator_of_the_configuration_may_operate()
    {
        using var client = new Client(Shop.Api);

        await client.Become(ShopProcesses.OperatorEmail, ShopProcesses.OperatorPassword);

        Assert.Equal(200, (await client.Get("/ops/dead-letters")).Status);
    }

    [Fact]
    public async Task Whoever_registered_the_operators_address_first_is_not_made_an_operator()
    {
        using var client = new Client(Shop.Api);
        var email = await client.BecomeSomeone();

        var other = await Shop.ApiWith(("Accounts__Operator__Email", email));

        await Waiting.Until(() => other.Output.Any(line => line.Contains("changes nothing about it", StringComparison.Ordinal)));
        using var again = new Client(other);
        await again.Become(email, Client.Password);
        (await again.Get("/ops/dead-letters")).Refused(403, "forbidden");
    }

    /// <summary>How many beats pass until a wrong password is refused.</summary>
    private static async Task<int> Beats(Client client, string email)
    {
        var began = Stopwatch.GetTimestamp();
        (await client.LogIn(email, Wrong)).Refused(401, "unauthorized");
        return (int)(Stopwatch.GetElapsedTime(began) / LogIn.Beat);
    }

    private async Task Do(string sql, string email)
    {
        await using var command = Shop.Database.CreateCommand(sql);
        command.Parameters.AddWithValue(email);
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }

    private static string WithoutTrace(Answer answer)
    {
        var problem = JsonNode.Parse(answer.Body)!.AsObject();
        problem.Remove("traceId");
        return problem.ToJsonString();
    }
}
