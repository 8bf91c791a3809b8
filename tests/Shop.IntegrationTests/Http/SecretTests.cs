using System.Text;
using Shop.IntegrationTests.Accounts;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Http;

/// <summary>
/// Whatever succeeds or fails, and however much is logged: no password, key or token is in a line of any host, nor in a
/// problem that a client is shown.
/// </summary>
[Collection(StorefrontCollection.Name)]
public sealed class When_much_goes_wrong(ShopProcesses shop) : ShopTest(shop)
{
    /// <summary>More than the usual: what the hosts quieten is named more closely.</summary>
    private static readonly string[] Chatty =
    [
        "Default", "Shop", "System", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Authentication",
        "Microsoft.AspNetCore.Authorization", "Microsoft.AspNetCore.DataProtection.KeyManagement",
        "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Identity", "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.Server", "Microsoft.EntityFrameworkCore.Database.Command",
        "Microsoft.EntityFrameworkCore.Update", "MassTransit.Messages", "Npgsql",
    ];

    private const string Password = "hunter2 and then some";
    private const string CardNumber = "4242424242424242";
    private const string Card = "pm_card_visa_chargeDeclined";
    private const string Email = "ada.of.the.secrets@example.org";
    private const string Street = "1 Street of the Secrets";

    private readonly List<string> _problems = [];

    [Fact]
    public async Task No_secret_is_logged_or_told()
    {
        var api = await Shop.ApiWith([.. Chatty.Select(category => ($"Logging__LogLevel__{category}", "Trace"))]);
        using var client = new Client(api);
        var secrets = new List<string>
        {
            Password, CardNumber, Card, Email, Street, ShopProcesses.SigningKey, ShopProcesses.OperatorPassword, ShopProcesses.ApiKey,
            ShopProcesses.WebhookSecret,
        };

        secrets.AddRange(await UseAnAccount(client));
        await Buy(client);
        secrets.Add(client.Session!["shop_session=".Length..]);
        await SendNonsense(client, secrets);

        HostProcess[] hosts = [api, Shop.Api, Shop.Workers, Shop.Sagas];
        Assert.All(hosts, host => Assert.NotEmpty(host.Output));
        var lines = hosts.SelectMany(host => host.Output).ToList();
        Assert.Contains(lines, line => line.Contains("/auth/login", StringComparison.Ordinal)); // it does log much
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(_problems, problem => problem.Contains(secret, StringComparison.Ordinal));
        }
    }

    /// <summary>Returns the tokens.</summary>
    private async Task<IEnumerable<string>> UseAnAccount(Client client)
    {
        var email = Client.NewEmail();
        Keep(await client.Register(email, Password));
        Keep(await client.Register(email, Password));
        Keep(await client.Register("no address", Password));
        Keep(await client.LogIn(email, Password + "?"));
        Keep(await client.LogIn(Client.NewEmail(), Password));
        Keep(await client.PostRaw("/auth/login", $$"""{"email":"{{email}}","password":"{{Password}}","more":1}"""));
        Keep(await client.PostRaw("/auth/login", $$"""{"email":"{{email}}","password":["{{Password}}"]}"""));
        var tokens = await client.LogIn(email, Password);
        Assert.Equal(200, tokens.Status);
        var (access, refresh) = (tokens.Text("accessToken"), tokens.Text("refreshToken"));
        client.Token = access;
        Keep(await client.Get("/ops/dead-letters"));
        Keep(await client.Get($"/orders/{Guid.NewGuid()}"));
        client.Token = access[..^5];
        Keep(await client.Get("/cart"));
        client.Token = null;
        Assert.Equal(200, (await client.Refresh(refresh)).Status);
        Keep(await client.Refresh(refresh[..^5]));
        return [access, refresh];
    }

    private async Task Buy(Client client)
    {
        await client.Post("/cart/items", new { sku = await Shop.Goods.Offer(stock: 3), quantity = 1 });
        foreach (var payment in new[] { CardNumber, $"card_{CardNumber}", "card_4242_4242_4242_4242", $"pm_{CardNumber}_x" })
            Keep(await CheckOut(client, payment)).Refused(400, "validation");
        var orderId = (await CheckOut(client, Card)).Accepted();
        await Waiting.For("the order ends", () => client.Get($"/orders/{orderId}"), answer => answer.Json.GetProperty("terminal").GetBoolean()
            || answer.Text("status") == "CONFIRMED");
    }

    private async Task SendNonsense(Client client, List<string> secrets)
    {
        foreach (var secret in secrets)
        {
            client.Token = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
            Keep(await client.Get("/cart"));
            client.Token = null;
            Keep(await client.PostRaw("/auth/refresh", $$$"""{"refreshToken":{"a":"{{{secret}}}"}}"""));
            Keep(await client.PostRaw("/auth/refresh", $$"""{"refreshToken":"{{secret}}" """));
            Keep(await client.Refresh(secret));
            Keep(await client.Send(HttpMethod.Post, "/webhooks/payments", new StringContent("{}"), ("Stripe-Signature", $"t=1,v1={secret}")));
        }
    }

    private static Task<Answer> CheckOut(Client client, string paymentMethod) => client.Post("/checkout", new
    {
        email = Email,
        shippingAddress = new { name = "Ada", line1 = Street, city = "Town", postalCode = "1", country = "US" },
        shippingMethod = "STANDARD",
        paymentMethod,
    }, ("Idempotency-Key", Buyer.NewKey()));

    private Answer Keep(Answer answer)
    {
        _problems.Add($"{string.Join('\n', answer.Headers.Select(field => $"{field.Key}: {field.Value}"))}\n{Encoding.UTF8.GetString(answer.Body)}");
        return answer;
    }
}
