using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Shop.IntegrationTests.Contract;

/// <summary>The OpenAPI document is a product: it is complete, clean, and enough to write a client from.</summary>
[Collection(StorefrontCollection.Name)]
public sealed class OpenApiDocumentTests(ShopProcesses shop)
{
    private static readonly string[] WithoutExamples = ["text/event-stream"];

    [Fact]
    public async Task It_is_of_version_3_1()
    {
        using var document = await Document();
        Assert.StartsWith("3.1.", document.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_operation_shows_an_example_of_what_it_takes_and_of_what_it_answers()
    {
        using var document = await Document();
        Assert.Equal("", string.Join('\n', Operation.All(document).SelectMany(operation =>
            operation.Contents().Where(content => !WithoutExamples.Contains(content.MediaType))
                .Where(content => !content.Value.TryGetProperty("example", out _)
                    && !content.Value.TryGetProperty("examples", out _))
                .Select(content => $"{operation} {content.Where} has no example"))));
    }

    [Fact]
    public async Task Every_operation_tells_its_refusals()
    {
        using var document = await Document();
        Assert.Equal("", string.Join('\n', Operation.All(document)
            .Where(operation => !operation.Responses().Any(response => response.Status is >= 400))
            .Select(operation => $"{operation} has no error response")));
    }

    [Fact]
    public async Task Each_example_of_a_refusal_has_the_status_that_it_stands_for_and_a_code_of_the_contract()
    {
        using var document = await Document();
        Assert.Equal("", string.Join('\n',
            from operation in Operation.All(document)
            from refusal in Refusals(operation)
            where refusal.Example.GetProperty("status").GetInt32() != refusal.Status
                || !Codes.GetValueOrDefault(refusal.Code, []).Contains(refusal.Status)
                || refusal.Example.GetProperty("type").GetString() != $"urn:shop:problem:{refusal.Code}"
            select $"{operation} {refusal.Status} shows {refusal.Example}"));
    }

    [Fact]
    public async Task Each_operation_shows_the_refusals_that_are_its_own_and_no_others()
    {
        using var document = await Document();
        var own = Operation.All(document)
            .Select(operation => $"{operation}: {string.Join(' ', Refusals(operation).Select(refusal => refusal.Code)
                .Where(code => !Common.Contains(code)).Order(StringComparer.Ordinal))}")
            .Where(line => !line.EndsWith(": ", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "POST /admin/parcels/{id}/hand-over: not-shippable",
                "POST /admin/parcels/{id}/unshippable: not-shippable",
                "POST /admin/returns/{id}/receipt: not-returnable",
                "POST /admin/returns/{id}/refund: not-returnable",
                "POST /cart/items: product-unavailable",
                "POST /checkout: cart-empty idempotency-key-in-flight idempotency-key-missing idempotency-key-reused "
                    + "not-admitted price-changed product-unavailable purchase-limit",
                "POST /orders/{id}/cancel: not-cancellable",
                "POST /orders/{id}/returns: not-returnable",
                "POST /webhooks: webhook-limit",
                "PUT /cart/items/{sku}: product-unavailable",
            ],
            own);
    }

    [Fact]
    public async Task Every_operation_tells_of_what_stands_before_every_route()
    {
        using var document = await Document();
        Assert.Equal("", string.Join('\n',
            from operation in Operation.All(document)
            from status in operation.RequestBody() is null ? [400, 503] : new[] { 400, 413, 415, 503 }
            where operation.Responses().All(response => response.Status != status)
            select $"{operation} has no {status}"));
    }

    [Theory]
    [InlineData("POST /checkout", 202, "Idempotent-Replayed Location RateLimit RateLimit-Policy Retry-After Set-Cookie")]
    [InlineData("POST /checkout", 429, "RateLimit RateLimit-Policy Retry-After")]
    [InlineData("POST /checkout", 503, "RateLimit RateLimit-Policy Retry-After")]
    [InlineData("POST /checkout", 401, "RateLimit RateLimit-Policy WWW-Authenticate")]
    [InlineData("GET /cart", 200, "RateLimit RateLimit-Policy Set-Cookie")]
    [InlineData("GET /products/{sku}", 200, "Cache-Control ETag")]
    [InlineData("GET /search", 304, "Cache-Control ETag")]
    [InlineData("GET /search", 429, "RateLimit RateLimit-Policy Retry-After")]
    [InlineData("POST /auth/login", 200, "RateLimit RateLimit-Policy")]
    public async Task Each_answer_tells_the_fields_of_its_header(string route, int status, string expected)
    {
        using var document = await Document();
        var response = Operation.All(document).Single(operation => operation.ToString() == route)
            .Responses().Single(response => response.Status == status).Value;
        Assert.Equal(expected, string.Join(' ', response.GetProperty("headers").EnumerateObject()
            .Select(header => header.Name).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("GET /search", "limit", "minimum 1 maximum 100")]
    [InlineData("GET /products", "limit", "minimum 1 maximum 100")]
    [InlineData("GET /search", "q", "maxLength 200")]
    [InlineData("GET /search", "If-None-Match", "")]
    [InlineData("POST /webhooks/payments", "Stripe-Signature", "")]
    [InlineData("POST /checkout", "Idempotency-Key", "minLength 1 maxLength 257")]
    [InlineData("POST /cart/items", "quantity", "minimum 1 maximum 99")]
    [InlineData("PUT /cart/items/{sku}", "quantity", "minimum 0 maximum 99")]
    [InlineData("POST /products/{sku}/reviews", "rating", "minimum 1 maximum 5")]
    [InlineData("PUT /admin/products/{sku}", "title", "minLength 1 maxLength 500")]
    [InlineData("POST /auth/register", "password", "maxLength 128")]
    [InlineData("POST /webhooks", "url", "maxLength 2000")]
    public async Task What_an_operation_takes_has_its_limits(string route, string name, string expected)
    {
        using var document = await Document();
        var operation = Operation.All(document).Single(operation => operation.ToString() == route);
        var schema = operation.Parameters().SingleOrDefault(parameter => parameter.Name == name)?.Schema
            ?? operation.Resolved(operation.BodySchema()!.Value.GetProperty("properties").GetProperty(name));
        Assert.Equal(expected, string.Join(' ', new[] { "minimum", "minLength", "maximum", "maxLength" }
            .Where(limit => schema.TryGetProperty(limit, out _)).Select(limit => $"{limit} {schema.GetProperty(limit)}")));
    }

    [Fact]
    public async Task It_is_made_once_and_can_be_kept()
    {
        var address = new Uri("/openapi/v1.json", UriKind.Relative);
        using var first = await shop.Http.GetAsync(address, Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        request.Headers.Host = "elsewhere.example";
        using var second = await shop.Http.SendAsync(request, Cancellation);
        Assert.Equal(304, (int)second.StatusCode);
    }

    [Fact]
    public async Task The_linter_finds_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(NodeTool.Folder, "openapi.json"), await Text(), Cancellation);
        await NodeTool.Run("spectral", "lint", "openapi.json", "--ruleset", "spectral.yaml", "--fail-severity", "hint");
    }

    [Fact]
    public async Task A_generated_client_browses_buys_and_follows_its_order()
    {
        await File.WriteAllTextAsync(Path.Combine(NodeTool.Folder, "openapi.json"), await Text(), Cancellation);
        await NodeTool.Run("openapi-typescript", "openapi.json", "--output", "schema.d.ts");
        await NodeTool.Run("tsc", "--project", "tsconfig.json");
        var said = await NodeTool.Node("out/buy.js", shop.Api.Address.GetLeftPart(UriPartial.Authority));
        Assert.EndsWith(" CONFIRMED", said.Trim(), StringComparison.Ordinal);
    }

    /// <summary>The statuses that each code of the contract goes with.</summary>
    private static readonly Dictionary<string, int[]> Codes = new()
    {
        ["validation"] = [400, 413, 415],
        ["not-found"] = [404],
        ["unauthorized"] = [401],
        ["forbidden"] = [403],
        ["cart-empty"] = [422],
        ["price-changed"] = [409],
        ["product-unavailable"] = [409],
        ["purchase-limit"] = [409],
        ["idempotency-key-missing"] = [400],
        ["idempotency-key-in-flight"] = [409],
        ["idempotency-key-reused"] = [422],
        ["rate-limited"] = [429],
        ["overloaded"] = [503],
        ["not-cancellable"] = [409],
        ["not-admitted"] = [429],
        ["not-returnable"] = [409],
        ["not-shippable"] = [409],
        ["webhook-limit"] = [409],
    };

    /// <summary>Those that say no more than their status does.</summary>
    private static readonly string[] Common =
        ["validation", "not-found", "unauthorized", "forbidden", "rate-limited", "overloaded"];

    private static IEnumerable<(int Status, string Code, JsonElement Example)> Refusals(Operation operation) =>
        from content in operation.Contents()
        where content.MediaType == "application/problem+json"
        from example in content.Value.TryGetProperty("examples", out var several)
            ? several.EnumerateObject().Select(each => each.Value.GetProperty("value"))
            : [content.Value.GetProperty("example")]
        select (int.Parse(content.Where, CultureInfo.InvariantCulture), example.GetProperty("code").GetString()!, example);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<string> Text() => shop.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancellation);

    private async Task<JsonDocument> Document() => JsonDocument.Parse(await Text());
}
