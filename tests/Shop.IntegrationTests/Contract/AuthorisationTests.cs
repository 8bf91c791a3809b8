using System.Text.Json;
using Shop.IntegrationTests.Accounts;
using Xunit;

namespace Shop.IntegrationTests.Contract;

/// <summary>Who may do what: every route, for each kind of caller.</summary>
[Collection(StorefrontCollection.Name)]
public sealed class AuthorisationTests(ShopProcesses shop)
{
    [Fact]
    public async Task The_table_has_every_route_of_the_document_and_no_other()
    {
        using var document = JsonDocument.Parse(
            await shop.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancellation));
        Assert.Equal(
            Operation.All(document).Select(operation => operation.ToString()).Order(StringComparer.Ordinal),
            AuthorisationTable.Rows.Select(row => row.Route).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_table_has_every_route_that_the_API_answers_and_no_other() => Assert.Equal(
        AuthorisationTable.Rows.Concat(AuthorisationTable.Infrastructure).Select(row => row.Route)
            .Where(IsOurs).Distinct().Order(StringComparer.Ordinal),
        (await Routes.Of(shop.ApiEnvironment)).Where(IsOurs));

    [Theory]
    [MemberData(nameof(AuthorisationTable.Names), MemberType = typeof(AuthorisationTable))]
    public async Task Each_caller_gets_what_the_table_says(string name)
    {
        var row = AuthorisationTable.Rows.Concat(AuthorisationTable.Infrastructure).Single(row => row.Name == name);
        var people = TestPeople.New();
        var seen = new List<string>();
        foreach (var person in people) seen.Add($"{person.Name}: {await Ask(row, person, people[1])}");
        Assert.Equal(people.Zip(row.Expected).Select(pair => $"{pair.First.Name}: {pair.Second}"), seen);
    }

    /// <summary>With an order of the customer's, made anew, so that one caller's deed does not change another's answer.</summary>
    private async Task<int> Ask(AuthorisationRow row, Person person, Person customer)
    {
        if (row.HasCart) person = await FillCart(person);
        using var request = new HttpRequestMessage(new HttpMethod(row.Method), await Complete(row.Path, customer));
        if (row.Body is not null)
            request.Content = new StringContent(await Complete(row.Body, customer), null, "application/json");
        if (row.NeedsKey) request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        person.Sign(request);
        using var answer = await shop.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        return (int)answer.StatusCode;
    }

    /// <summary>Puts what there is, or what was just made, where the table has a name in braces.</summary>
    private async Task<string> Complete(string text, Person customer)
    {
        async Task Put(string mark, Func<Task<string>> value)
        {
            if (text.Contains(mark, StringComparison.Ordinal))
                text = text.Replace(mark, await value(), StringComparison.Ordinal);
        }

        await Put("{sku}", shop.Books.AnySku);
        await Put("{category}", () => Any("select min(id) from catalog.category"));
        await Put("{warehouse}", () => Any("select min(code) from inventory.warehouse"));
        await Put("{new}", () => Task.FromResult($"{Guid.NewGuid():N}"[..12].ToUpperInvariant()));
        await Put("{order}", () => OrderOf(customer));
        await Put("{webhook}", () => WebhookOf(customer));
        await Put("{account}", async () => (await NewAccount()).Email);
        await Put("{refresh}", async () => (await NewAccount()).RefreshToken);
        return text;
    }

    /// <summary>The page that shows the document brings its own files.</summary>
    private static bool IsOurs(string route) => !route.Contains(" /scalar", StringComparison.Ordinal);

    private async Task<string> Any(string sql)
    {
        await using var command = shop.Database.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private async Task<(string Email, string RefreshToken)> NewAccount()
    {
        using var client = new Client(shop.Api);
        var email = await client.BecomeSomeone();
        return (email, await client.Become(email, Client.Password));
    }

    /// <returns>The person, a guest with the session that this began.</returns>
    private async Task<Person> FillCart(Person person)
    {
        using var item = new HttpRequestMessage(HttpMethod.Post, "/cart/items")
        {
            Content = new StringContent(
                $$"""{ "sku": "{{await shop.Books.AnySku()}}", "quantity": 1 }""", null, "application/json"),
        };
        person.Sign(item);
        using var added = await shop.Http.SendAsync(item, Cancellation);
        Assert.Equal(200, (int)added.StatusCode);
        return added.Headers.TryGetValues("Set-Cookie", out var cookies)
            ? person with { Session = cookies.Single().Split(';')[0] }
            : person;
    }

    private async Task<string> OrderOf(Person customer)
    {
        await FillCart(customer);
        using var checkout = new HttpRequestMessage(HttpMethod.Post, "/checkout")
        {
            Content = new StringContent(AuthorisationTable.Checkout, null, "application/json"),
        };
        checkout.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        customer.Sign(checkout);
        using var accepted = await shop.Http.SendAsync(checkout, Cancellation);
        Assert.Equal(202, (int)accepted.StatusCode);
        using var json = JsonDocument.Parse(await accepted.Content.ReadAsByteArrayAsync(Cancellation));
        return json.RootElement.GetProperty("orderId").GetString()!;
    }

    private async Task<string> WebhookOf(Person customer)
    {
        using var registration = new HttpRequestMessage(HttpMethod.Post, "/webhooks")
        {
            Content = new StringContent("""{ "url": "https://hooks.example.org/" }""", null, "application/json"),
        };
        customer.Sign(registration);
        using var accepted = await shop.Http.SendAsync(registration, Cancellation);
        Assert.Equal(202, (int)accepted.StatusCode);
        var address = accepted.Headers.Location!;
        await Waiting.For("the webhook is registered", async () =>
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, address);
            customer.Sign(question);
            using var answer = await shop.Http.SendAsync(question, Cancellation);
            return (int)answer.StatusCode == 200;
        });
        return address.ToString().Split('/')[^1];
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
