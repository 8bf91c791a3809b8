using Shop.Api.Http;

namespace Shop.Api.Catalog;

internal static class CatalogModule
{
    public static void AddCatalog(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Prices>();
        builder.Services.AddSingleton<Availability>();
        builder.Services.AddSingleton<Products>();
        builder.Services.AddSingleton<ProductCards>();
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
        return CatalogueAnswer.Of(context, page.Json, page.ETag);
    }
}
