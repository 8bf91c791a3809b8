using Microsoft.Net.Http.Headers;
using Shop.Api.Http;

namespace Shop.Api.Catalog;

internal static class CatalogModule
{
    /// <summary>A CDN may stand in front.</summary>
    private const string Cached = "public, max-age=60, stale-while-revalidate=300";

    public static void AddCatalog(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Prices>();
        builder.Services.AddSingleton<Availability>();
        builder.Services.AddSingleton<Products>();
    }

    public static void MapCatalog(this IEndpointRouteBuilder app) => app.MapGet("/products/{sku}", GetProduct)
        .WithTags("Browse")
        .WithSummary("One product")
        .Produces<ProductView>()
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(404, 503);

    private static async Task<IResult> GetProduct(string sku, HttpContext context, Products products)
    {
        if (!Sku.IsWellFormed(sku) || await products.Find(sku) is not { } page)
            return Problems.NotFound.Because("There is no product with this SKU.");
        var headers = context.Response.Headers;
        headers.CacheControl = Cached;
        headers.ETag = page.ETag;
        return IsKnown(context.Request, page.ETag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(page.Json, "application/json; charset=utf-8");
    }

    /// <summary>RFC 9110, 13.1.2: compared weakly; <c>*</c> stands for any.</summary>
    private static bool IsKnown(HttpRequest request, string eTag) =>
        request.Headers.IfNoneMatch.Count > 0
        && request.GetTypedHeaders().IfNoneMatch.Any(known =>
            known.Equals(EntityTagHeaderValue.Any) || known.Tag.Equals(eTag, StringComparison.Ordinal));
}
