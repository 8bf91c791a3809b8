using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Shop.IntegrationTests.Contract;

/// <summary>Who may do what: every route of the document, for each kind of caller.</summary>
[Collection(ShopCollection.Name)]
public sealed class AuthorisationTests(ShopProcesses shop)
{
    [Fact]
    public async Task The_table_has_every_route_of_the_document_and_no_other()
    {
        using var document = JsonDocument.Parse(
            await shop.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancellation));
        Assert.Equal(
            Operation.All(document).Select(operation => operation.ToString()).Order(StringComparer.Ordinal),
            AuthorisationTable.Rows.Select(row => row.Route).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(AuthorisationTable.Routes), MemberType = typeof(AuthorisationTable))]
    public async Task Each_caller_gets_what_the_table_says(string route)
    {
        var row = AuthorisationTable.Rows.Single(row => row.Route == route);
        var expected = row.Expected.Zip(TestPeople.All).Select(pair => $"{pair.Second.Name}: {pair.First}");
        var seen = new List<string>();
        foreach (var person in TestPeople.All) seen.Add($"{person.Name}: {await Ask(row, person)}");
        Assert.Equal(expected, seen);
    }

    /// <summary>With an order of the customer's, made anew, so that one caller's deed does not change another's answer.</summary>
    private async Task<int> Ask(AuthorisationRow row, Person person)
    {
        var sku = await shop.Books.AnySku();
        var path = row.Path.Replace("{sku}", sku, StringComparison.Ordinal);
        if (path.Contains("{order}", StringComparison.Ordinal))
            path = path.Replace("{order}", $"{await OrderOfTheCustomer(sku)}", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(row.Method), path);
        if (row.Body is not null)
            request.Content = new StringContent(row.Body.Replace("{sku}", sku, StringComparison.Ordinal), null, "application/json");
        if (row.NeedsKey) request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        person.Sign(request);
        using var answer = await shop.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        return (int)answer.StatusCode;
    }

    private async Task<Guid> OrderOfTheCustomer(string sku)
    {
        using var item = new HttpRequestMessage(HttpMethod.Post, "/cart/items") { Content = JsonContent.Create(new { sku, quantity = 1 }) };
        TestPeople.Customer.Sign(item);
        using var added = await shop.Http.SendAsync(item, Cancellation);
        Assert.Equal(200, (int)added.StatusCode);
        using var checkout = new HttpRequestMessage(HttpMethod.Post, "/checkout")
        {
            Content = new StringContent(AuthorisationTable.Checkout, null, "application/json"),
        };
        checkout.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        TestPeople.Customer.Sign(checkout);
        using var accepted = await shop.Http.SendAsync(checkout, Cancellation);
        Assert.Equal(202, (int)accepted.StatusCode);
        using var json = JsonDocument.Parse(await accepted.Content.ReadAsByteArrayAsync(Cancellation));
        return json.RootElement.GetProperty("orderId").GetGuid();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
