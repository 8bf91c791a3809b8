using System.Text.Json;
using Shop.Api.Catalog;
using Shop.Api.Http;

namespace Shop.Api.Reviews;

internal static class ReviewEndpoints
{
    public static void AddReviews(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ReviewReads>();
        builder.Services.AddSingleton<ReviewDesk>();
    }

    public static void MapReviews(this IEndpointRouteBuilder app)
    {
        var reviews = app.MapGroup("/products/{sku}/reviews").WithTags("Browse");
        reviews.MapGet("", Get).WithSummary("What customers say of a product, the newest first")
            .Pages().Produces<ReviewPage>().Produces(StatusCodes.Status304NotModified).Refuses(400, 404, 503);
        reviews.MapPost("", Post).WithSummary("Reviews a product; a second review of a person replaces the first")
            .RequireAuthorization(Policies.Person).Produces(StatusCodes.Status202Accepted).Refuses(400, 401, 404, 503);
    }

    private static async Task<IResult> Get(
        string sku, PageQuery query, HttpContext context, Prices prices, ReviewReads reviews, CatalogueCache cache)
    {
        if (query.Begin(ReviewReads.CursorOf(sku), out var after) is { } problem) return problem;
        if (!Sku.IsWellFormed(sku)) return NoSuchProduct();
        var place = after is var (postedAt, id) ? $"{postedAt.Ticks} {id}" : "";
        var page = await cache.Page(
            $"reviews {sku} {query.Limit} {place}",
            async () => await IsForSale(sku, prices)
                ? JsonSerializer.SerializeToUtf8Bytes(
                    await reviews.Page(sku, after, query.Limit, CancellationToken.None), ShopJson.Wire.ReviewPage)
                : null,
            Lifetime.Brief);
        return page is null ? NoSuchProduct() : CatalogueAnswer.Of(context, page);
    }

    private static async Task<IResult> Post(
        string sku, ReviewRequest review, Caller caller, HttpContext context, Prices prices, ReviewDesk desk)
    {
        var errors = ReviewRules.Check(review);
        if (errors.Count > 0) return Problems.Invalid(errors);
        if (!await IsForSale(sku, prices)) return NoSuchProduct();
        await desk.Post(sku, caller.Owner!, ReviewRules.AuthorOf(context.User), review);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<bool> IsForSale(string sku, Prices prices) =>
        Sku.IsWellFormed(sku) && await prices.Find(sku) is { Active: true };

    private static ProblemResult NoSuchProduct() => Problems.NotFound.Because("There is no product with this SKU.");
}
