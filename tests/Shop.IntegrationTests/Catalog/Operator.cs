using System.Net.Http.Headers;
using System.Net.Http.Json;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

/// <summary>Someone of the shop's own people over HTTP; or whoever else has the role that is given.</summary>
internal sealed class Operator(ShopProcesses shop, string? role = "ops")
{
    public Task<Answer> Put(string path, object body) => Send(HttpMethod.Put, path, JsonContent.Create(body));

    public Task<Answer> Post(string path, object body) => Send(HttpMethod.Post, path, JsonContent.Create(body));

    public Task<Answer> Get(string path, string? eTag = null) => Send(HttpMethod.Get, path, null, eTag);

    /// <summary>A product with what is needed, for sale in the first department.</summary>
    public static object Product(string title = "Kettle", long price = 4_999, string category = "kettles", bool active = true) =>
        new { title, categoryId = category, price = new { amount = price, currency = "USD" }, active };

    private async Task<Answer> Send(HttpMethod method, string path, HttpContent? body, string? eTag = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (role is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ShopProcesses.TokenFor(role));
        if (eTag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", eTag);
        using var response = await shop.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(
            (int)response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(
                field => field.Key, field => string.Join(", ", field.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
