using Shop.IntegrationTests.Accounts;

namespace Shop.IntegrationTests.Contract;

/// <summary>A route, an address and a body of it, and what each of <see cref="TestPeople.New"/> gets.</summary>
internal sealed record AuthorisationRow(string Route, string Path, string? Body, IReadOnlyList<int> Expected)
{
    /// <summary>What is special, where a route has several rows.</summary>
    public string Case { get; init; } = "";

    public bool NeedsKey { get; init; }

    /// <summary>Whether each caller has something in the cart first, and the guest a session by that.</summary>
    public bool HasCart { get; init; }

    public string Name => $"{Route} {Case}".TrimEnd();

    /// <summary>Of a route that takes any, GET.</summary>
    public string Method => Route.Split(' ')[0].Replace("*", "GET", StringComparison.Ordinal);
}

/// <summary>The orders and carts are the customer's; to everyone else they do not exist, operators included.</summary>
internal static class AuthorisationTable
{
    public const string Checkout = """
        { "email": "ada@example.org", "shippingMethod": "STANDARD", "paymentMethod": "pm_card_visa",
          "shippingAddress": { "name": "Ada Example", "line1": "1 Sample Street", "line2": null, "city": "Springfield",
            "region": "IL", "postalCode": "62701", "country": "US" } }
        """;

    private const string Credentials = $$"""{ "email": "{account}", "password": "{{Client.Password}}" }""";

    private const string NoId = "00000000-0000-0000-0000-000000000001";

    private const string Product = """
        { "title": "A kettle", "description": "It boils.", "brand": null, "categoryId": "no-such-category",
          "price": { "amount": 100, "currency": "USD" }, "images": [], "attributes": {}, "active": false }
        """;

    private const string Warehouse = """
        { "name": "A warehouse", "latitude": 39.8, "longitude": -89.6, "address": { "name": "A warehouse",
            "line1": "1 Sample Street", "city": "Springfield", "postalCode": "62701", "country": "US" } }
        """;

    public static IReadOnlyList<AuthorisationRow> Rows { get; } =
    [
        // Route, example, body                                        guest, customer, other customer, seller, ops
        Row("GET /products", "/products", null, 200, 200, 200, 200, 200),
        Row("GET /products/{sku}", "/products/{sku}", null, 200, 200, 200, 200, 200),
        Row("GET /products/{sku}/recommendations", "/products/{sku}/recommendations", null, 200, 200, 200, 200, 200),
        Row("GET /products/{sku}/reviews", "/products/{sku}/reviews", null, 200, 200, 200, 200, 200),
        Row("POST /products/{sku}/reviews", "/products/{sku}/reviews", """{ "rating": 5, "title": "Good", "body": "Boils." }""",
            401, 202, 202, 202, 202),
        Row("GET /categories", "/categories", null, 200, 200, 200, 200, 200),
        Row("GET /categories/{id}", "/categories/no-such", null, 404, 404, 404, 404, 404),
        Row("GET /search", "/search?q=a", null, 200, 200, 200, 200, 200),
        Row("GET /search/suggest", "/search/suggest?q=a", null, 200, 200, 200, 200, 200),

        Row("POST /auth/register", "/auth/register", "{}", 400, 400, 400, 400, 400),
        Row("POST /auth/register", "/auth/register", """{ "email": "{new}@example.org", "password": "correct horse battery" }""",
            200, 200, 200, 200, 200) with { Case = "with a new address" },
        Row("POST /auth/login", "/auth/login", Credentials, 200, 200, 200, 200, 200) with { Case = "with the password" },
        Row("POST /auth/refresh", "/auth/refresh", """{ "refreshToken": "{refresh}" }""", 200, 200, 200, 200, 200)
            with { Case = "with a good token" },
        Row("POST /auth/login", "/auth/login", """{ "email": "nobody@example.org", "password": "not a password" }""",
            401, 401, 401, 401, 401),
        Row("POST /auth/refresh", "/auth/refresh", """{ "refreshToken": "not one" }""", 401, 401, 401, 401, 401),

        Row("GET /cart", "/cart", null, 200, 200, 200, 200, 200),
        Row("GET /cart", "/cart", null, 200, 200, 200, 200, 200) with { Case = "with a cart", HasCart = true },
        Row("POST /cart/items", "/cart/items", """{ "sku": "{sku}", "quantity": 1 }""", 200, 200, 200, 200, 200),
        Row("PUT /cart/items/{sku}", "/cart/items/{sku}", """{ "quantity": 1 }""", 200, 200, 200, 200, 200),
        Row("DELETE /cart/items/{sku}", "/cart/items/{sku}", null, 200, 200, 200, 200, 200),
        Row("DELETE /cart", "/cart", null, 204, 204, 204, 204, 204),
        Row("DELETE /cart", "/cart", null, 204, 204, 204, 204, 204) with { Case = "with a cart", HasCart = true },
        Row("POST /cart/merge", "/cart/merge", null, 401, 200, 200, 200, 200),
        Row("POST /checkout", "/checkout", Checkout, 422, 422, 422, 422, 422) with { NeedsKey = true },
        Row("POST /checkout", "/checkout", Checkout, 202, 202, 202, 202, 202)
            with { Case = "with a cart", NeedsKey = true, HasCart = true },

        Row("GET /sales/{sku}/queue", "/sales/NO-SUCH/queue", null, 404, 404, 404, 404, 404),

        Row("GET /orders", "/orders", null, 200, 200, 200, 200, 200),
        Row("GET /orders", "/orders", null, 200, 200, 200, 200, 200) with { Case = "with a session", HasCart = true },
        Row("GET /orders/{id}", "/orders/{order}", null, 404, 200, 404, 404, 404) with { Case = "with a session", HasCart = true },
        Row("GET /orders/{id}", "/orders/{order}", null, 404, 200, 404, 404, 404),
        Row("GET /orders/{id}/events", "/orders/{order}/events", null, 404, 200, 404, 404, 404),
        Row("POST /orders/{id}/returns", "/orders/{order}/returns", """{ "lines": [] }""", 400, 400, 400, 400, 400),
        Row("POST /orders/{id}/returns", "/orders/{order}/returns",
            """{ "lines": [ { "sku": "{sku}", "quantity": 1, "reason": "It leaks." } ] }""", 404, 409, 404, 404, 404)
            with { Case = "before it is delivered" },
        Row("GET /orders/{id}/returns/{returnId}", $"/orders/{{order}}/returns/{NoId}", null, 404, 404, 404, 404, 404),
        Row("GET /orders/{id}/returns/{returnId}/label", $"/orders/{{order}}/returns/{NoId}/label", null, 404, 404, 404, 404, 404),
        Row("POST /orders/{id}/cancel", "/orders/{order}/cancel", null, 404, 202, 404, 404, 404),

        Row("PUT /admin/products/{sku}", "/admin/products/NEW-1", Product, 401, 403, 403, 403, 400),
        Row("PUT /admin/products/{sku}", "/admin/products/NEW-{new}",
            Product.Replace("no-such-category", "{category}", StringComparison.Ordinal), 401, 403, 403, 403, 202)
            with { Case = "of a category", HasCart = true },
        Row("POST /admin/stock/receipts", "/admin/stock/receipts",
            """{ "sku": "{sku}", "warehouse": "{warehouse}", "quantity": 1, "reference": "{new}" }""", 401, 403, 403, 403, 202)
            with { Case = "in a warehouse" },
        Row("POST /admin/stock/receipts", "/admin/stock/receipts",
            """{ "sku": "{sku}", "warehouse": "NO-SUCH", "quantity": 1, "reference": "r-1" }""", 401, 403, 403, 403, 400),
        Row("PUT /admin/warehouses/{code}", "/admin/warehouses/WH-1", "{}", 401, 403, 403, 403, 400),
        Row("PUT /admin/warehouses/{code}", "/admin/warehouses/{warehouse}-{new}", Warehouse, 401, 403, 403, 403, 202)
            with { Case = "with an address" },
        Row("PUT /admin/sales/{sku}", "/admin/sales/SALE-1", "{}", 401, 403, 403, 403, 400),
        Row("PUT /admin/sales/{sku}", "/admin/sales/SALE-{new}", """
            { "startsAt": "2030-01-01T00:00:00Z", "endsAt": "2030-01-01T01:00:00Z", "perPersonLimit": 2, "quantity": 100 }
            """, 401, 403, 403, 403, 202) with { Case = "with terms" },
        Row("GET /admin/parcels", "/admin/parcels", null, 401, 403, 403, 403, 200),
        Row("POST /admin/parcels/{id}/hand-over", $"/admin/parcels/{NoId}/hand-over", null, 401, 403, 403, 403, 404),
        Row("POST /admin/parcels/{id}/unshippable", $"/admin/parcels/{NoId}/unshippable", """{ "reason": "none there" }""",
            401, 403, 403, 403, 404),
        Row("GET /admin/parcels/{id}/label", $"/admin/parcels/{NoId}/label", null, 401, 403, 403, 403, 404),
        Row("POST /admin/returns/{id}/receipt", $"/admin/returns/{NoId}/receipt",
            """{ "lines": [ { "sku": "{sku}", "quantity": 1 } ] }""", 401, 403, 403, 403, 404),
        Row("POST /admin/returns/{id}/refund", $"/admin/returns/{NoId}/refund", null, 401, 403, 403, 403, 404),
        Row("GET /ops/audit", "/ops/audit", null, 401, 403, 403, 403, 200),
        Row("GET /ops/escalations", "/ops/escalations", null, 401, 403, 403, 403, 200),
        Row("POST /ops/findings/{id}/dismiss", $"/ops/findings/{NoId}/dismiss", "{}", 401, 403, 403, 403, 400),
        Row("POST /ops/findings/{id}/dismiss", $"/ops/findings/{NoId}/dismiss", """{ "reason": "Done." }""",
            401, 403, 403, 403, 404) with { Case = "with a reason" },
        Row("GET /ops/dead-letters", "/ops/dead-letters", null, 401, 403, 403, 403, 200),
        Row("POST /ops/dead-letters/{id}/replay", $"/ops/dead-letters/{NoId}/replay", null, 401, 403, 403, 403, 404),
        Row("POST /ops/dead-letters/{id}/discard", $"/ops/dead-letters/{NoId}/discard", null, 401, 403, 403, 403, 404),

        Row("GET /webhooks", "/webhooks", null, 401, 200, 200, 200, 200),
        Row("POST /webhooks", "/webhooks", """{ "url": "ftp://hooks.example.org" }""", 401, 400, 400, 400, 400),
        Row("POST /webhooks", "/webhooks", """{ "url": "https://hooks.example.org/{new}" }""", 401, 202, 202, 202, 202)
            with { Case = "with an address" },
        Row("GET /webhooks/{id}", "/webhooks/{webhook}", null, 401, 200, 404, 404, 404),
        Row("DELETE /webhooks/{id}", "/webhooks/{webhook}", null, 401, 202, 404, 404, 404),

        // Signed by the provider; nobody else's token helps.
        Row("POST /webhooks/payments", "/webhooks/payments", "{}", 400, 400, 400, 400, 400),
        Row("POST /carriers/{carrier}/webhook", "/carriers/own-fleet/webhook", "{}", 400, 400, 400, 400, 400),
        Row("POST /carriers/{carrier}/webhook", "/carriers/no-such/webhook", "{}", 404, 404, 404, 404, 404)
            with { Case = "of a stranger" },
    ];

    /// <summary>
    /// What the document leaves out: itself, and what operators ask. A network in front keeps strangers from the latter;
    /// it tells no secret.
    /// </summary>
    public static IReadOnlyList<AuthorisationRow> Infrastructure { get; } =
    [
        Row("* /health/live", "/health/live", null, 200, 200, 200, 200, 200),
        Row("* /health/ready", "/health/ready", null, 200, 200, 200, 200, 200),
        Row("* /metrics", "/metrics", null, 200, 200, 200, 200, 200),
        Row("GET /openapi/v1.json", "/openapi/v1.json", null, 200, 200, 200, 200, 200),
        Row("GET /scalar", "/scalar/", null, 200, 200, 200, 200, 200),
    ];

    public static IEnumerable<object[]> Names => Rows.Concat(Infrastructure).Select(row => new object[] { row.Name });

    private static AuthorisationRow Row(string route, string path, string? body, params int[] expected) =>
        new(route, path, body, expected);
}
