using System.Text.Json;
using Shop.Api.Catalog;
using Shop.Api.Http;

namespace Shop.Api.Recommendations;

internal static class RecommendationEndpoints
{
    public static void AddRecommendations(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<BestSellers>();
        builder.Services.AddSingleton<Recommender>();
    }

    public static void MapRecommendations(this IEndpointRouteBuilder app) =>
        app.MapGet("/products/{sku}/recommendations", Get)
            .WithTags("Browse")
            .WithSummary("What customers also bought, or what sells in the category")
            .Produces<RecommendationsView>()
            .Produces(StatusCodes.Status304NotModified)
            .Refuses(404, 503);

    private static async Task<IResult> Get(string sku, HttpContext context, Recommender recommender)
    {
        if (!Sku.IsWellFormed(sku) || await recommender.For(sku) is not { } view)
            return Problems.NotFound.Because("There is no product with this SKU.");
        return CatalogueAnswer.Of(
            context, JsonSerializer.SerializeToUtf8Bytes(view, ShopJson.Wire.RecommendationsView));
    }
}
