using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.IntegrationTests.Orders;
using Xunit;

namespace Shop.IntegrationTests.Checkout;

/// <summary>A guest with a session of their own, or a person with a token, over HTTP.</summary>
internal sealed class Buyer(ShopProcesses shop, string? email = null)
{
    public const string GoodCard = "pm_card_visa";

    private static readonly string[] Ends = ["CONFIRMED", "OUT_OF_STOCK", "PAYMENT_FAILED", "EXPIRED", "CANCELLED"];

    private string? _cookie;

    /// <summary>A bearer token, for a person; null is a guest.</summary>
    public string? Token { get; init; }

    /// <summary>Nobody else's, so that the orders of this buyer can be found.</summary>
    public string Email { get; } = email ?? $"{Guid.NewGuid():N}@example.org";

    public async Task<Answer> AddToCart(string sku, int quantity = 1) =>
        await Send(HttpMethod.Post, "/cart/items", JsonContent.Create(new { sku, quantity }));

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path);

    public Task<Answer> Post(string path) => Send(HttpMethod.Post, path);

    /// <summary>Opens the events of an order; the answer must be a stream.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="lastEventId">What the client says to have seen; null says nothing.</param>
    /// <param name="api">An instance of the API; null is the usual one.</param>
    public async Task<EventStream> Events(Guid orderId, string? lastEventId = null, Uri? api = null)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(api ?? shop.Api.Address, $"/orders/{orderId}/events"));
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        if (_cookie is not null) request.Headers.Add("Cookie", _cookie);
        return await EventStream.Open(request);
    }

    public Task<Answer> Post(string path, object body, (string Name, string Value)? header = null) =>
        Send(HttpMethod.Post, path, JsonContent.Create(body), header);

    /// <summary>Checks the cart out.</summary>
    /// <param name="key">The idempotency key; null sends none.</param>
    /// <param name="card">The provider's token.</param>
    /// <param name="expectedTotal">In cents; null leaves it out.</param>
    public Task<Answer> Checkout(string? key, string card = GoodCard, long? expectedTotal = null) =>
        CheckoutWith(key, JsonContent.Create(CheckoutOf(Email, card, expectedTotal)));

    /// <summary>The body of a checkout.</summary>
    public static object CheckoutOf(
        string email, string card = GoodCard, long? expectedTotal = null, string method = "STANDARD") => new
    {
        email,
        shippingAddress = new
        {
            name = "Ada Example",
            line1 = "1 Sample Street",
            line2 = (string?)null,
            city = "Springfield",
            region = "IL",
            postalCode = "62701",
            country = "US",
        },
        shippingMethod = method,
        paymentMethod = card,
        expectedTotal = expectedTotal is { } amount ? new { amount, currency = "USD" } : null,
    };

    public Task<Answer> CheckoutWith(string? key, HttpContent body) =>
        Send(HttpMethod.Post, "/checkout", body, key is null ? null : ("Idempotency-Key", key));

    /// <summary>Fills the cart and checks it out, which must be accepted. Returns the order's id.</summary>
    public async Task<Guid> Order(string card, params (string Sku, int Quantity)[] lines)
    {
        foreach (var (sku, quantity) in lines) Assert.Equal(200, (await AddToCart(sku, quantity)).Status);
        return (await Checkout(NewKey(), card)).Accepted();
    }

    public Task<Guid> Order(string card, string sku, int quantity = 1) => Order(card, (sku, quantity));

    public static string NewKey() => Guid.NewGuid().ToString();

    /// <summary>Polls the order until it shows the status. Another end than that fails at once.</summary>
    public async Task<JsonElement> Sees(Guid orderId, string status, TimeSpan? patience = null)
    {
        var answer = await Waiting.For($"order {orderId} is {status}", () => Get($"/orders/{orderId}"), answer =>
        {
            Assert.Equal(200, answer.Status);
            var seen = answer.Text("status");
            if (seen != status && Ends.Contains(seen)) Assert.Equal(status, seen);
            return seen == status;
        }, patience);
        return answer.Json;
    }

    /// <summary>Polls the order until it has come to rest, and returns how.</summary>
    public async Task<string> SeesEnd(Guid orderId, TimeSpan? patience = null) =>
        (await Waiting.For($"order {orderId} ends", () => Get($"/orders/{orderId}"),
            answer => answer.Status == 200 && Ends.Contains(answer.Text("status")), patience)).Text("status");

    private async Task<Answer> Send(
        HttpMethod method, string path, HttpContent? body = null, (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (header is var (name, value)) request.Headers.TryAddWithoutValidation(name, value);
        if (Token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (_cookie is not null) request.Headers.Add("Cookie", _cookie);
        using var response = await shop.Http.SendAsync(request, TestContext.Current.CancellationToken);
        if (response.Headers.TryGetValues("Set-Cookie", out var cookies)) _cookie = cookies.First().Split(';')[0];
        return new Answer(
            (int)response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(
                field => field.Key, field => string.Join(", ", field.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}

/// <summary>What came back, byte for byte.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public string Text(string property) => Json.GetProperty(property).GetString()!;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The order's id of a 202; anything else fails the test.</summary>
    public Guid Accepted()
    {
        Assert.True(Status == 202, ToString());
        return Json.GetProperty("orderId").GetGuid();
    }

    /// <summary>Demands a problem of RFC 9457 with this status and code.</summary>
    public JsonElement Refused(int status, string code)
    {
        Assert.True(Status == status, ToString());
        Assert.Equal("application/problem+json", MediaTypeHeaderValue.Parse(Header("Content-Type")!).MediaType);
        Assert.Equal(code, Text("code"));
        Assert.Equal($"urn:shop:problem:{code}", Text("type"));
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(Text("traceId"));
        return Json;
    }

    public override string ToString() => $"{Status} {System.Text.Encoding.UTF8.GetString(Body)}";
}
