namespace Shop.IntegrationTests.Contract;

/// <summary>A route of the document, an address and a body of it, and what each of <see cref="TestPeople.All"/> gets.</summary>
internal sealed record AuthorisationRow(string Route, string Path, string? Body, bool NeedsKey, IReadOnlyList<int> Expected)
{
    public string Method => Route.Split(' ')[0];
}

/// <summary>The orders and carts are the customer's; to everyone else they do not exist, operators included.</summary>
internal static class AuthorisationTable
{
    public const string Checkout = """
        { "email": "ada@example.org", "shippingMethod": "STANDARD", "paymentMethod": "pm_card_visa",
          "shippingAddress": { "name": "Ada Example", "line1": "1 Sample Street", "line2": null, "city": "Springfield",
            "region": "IL", "postalCode": "62701", "country": "US" } }
        """;

    private const string NoId = "00000000-0000-0000-0000-000000000001";

    private const string Product = """
        { "title": "A kettle", "description": "It boils.", "brand": null, "categoryId": "no-such-category",
          "price": { "amount": 100, "currency": "USD" }, "images": [], "attributes": {}, "active": false }
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
        Row("POST /auth/login", "/auth/login", """{ "email": "nobody@example.org", "password": "not a password" }""",
            401, 401, 401, 401, 401),
        Row("POST /auth/refresh", "/auth/refresh", """{ "refreshToken": "not one" }""", 401, 401, 401, 401, 401),

        Row("GET /cart", "/cart", null, 200, 200, 200, 200, 200),
        Row("POST /cart/items", "/cart/items", """{ "sku": "{sku}", "quantity": 1 }""", 200, 200, 200, 200, 200),
        Row("PUT /cart/items/{sku}", "/cart/items/{sku}", """{ "quantity": 1 }""", 200, 200, 200, 200, 200),
        Row("DELETE /cart/items/{sku}", "/cart/items/{sku}", null, 200, 200, 200, 200, 200),
        Row("DELETE /cart", "/cart", null, 204, 204, 204, 204, 204),
        Row("POST /cart/merge", "/cart/merge", null, 401, 200, 200, 200, 200),
        Row("POST /checkout", "/checkout", Checkout, 422, 422, 422, 422, 422) with { NeedsKey = true },

        Row("GET /orders", "/orders", null, 200, 200, 200, 200, 200),
        Row("GET /orders/{id}", "/orders/{order}", null, 404, 200, 404, 404, 404),
        Row("GET /orders/{id}/events", "/orders/{order}/events", null, 404, 200, 404, 404, 404),
        Row("POST /orders/{id}/cancel", "/orders/{order}/cancel", null, 404, 202, 404, 404, 404),

        Row("PUT /admin/products/{sku}", "/admin/products/NEW-1", Product, 401, 403, 403, 403, 400),
        Row("POST /admin/stock/receipts", "/admin/stock/receipts",
            """{ "sku": "{sku}", "warehouse": "NO-SUCH", "quantity": 1, "reference": "r-1" }""", 401, 403, 403, 403, 400),
        Row("PUT /admin/warehouses/{code}", "/admin/warehouses/WH-1", "{}", 401, 403, 403, 403, 400),
        Row("GET /ops/dead-letters", "/ops/dead-letters", null, 401, 403, 403, 403, 200),
        Row("POST /ops/dead-letters/{id}/replay", $"/ops/dead-letters/{NoId}/replay", null, 401, 403, 403, 403, 404),
        Row("POST /ops/dead-letters/{id}/discard", $"/ops/dead-letters/{NoId}/discard", null, 401, 403, 403, 403, 404),

        // Signed by the provider; nobody else's token helps.
        Row("POST /webhooks/payments", "/webhooks/payments", "{}", 400, 400, 400, 400, 400),
    ];

    public static IEnumerable<object[]> Routes => Rows.Select(row => new object[] { row.Route });

    private static AuthorisationRow Row(string route, string path, string? body, params int[] expected) =>
        new(route, path, body, false, expected);
}
