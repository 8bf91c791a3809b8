using System.Text.Json;
using Shop.Api.Http;

namespace Shop.Api.Catalog;

internal static class CategoryEndpoints
{
    public static void AddCategories(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CategoryPages>();
        builder.Services.AddSingleton<Categories>();
    }

    public static void MapCategories(this IEndpointRouteBuilder app)
    {
        var browse = app.MapGroup("").WithTags("Browse");
        browse.MapGet("/products", List)
            .WithSummary("A category with all below it, or the whole catalogue, page by page")
            .WithDescription("sort is popularity (default), price, -price, newest or rating.")
            .Pages().Produces<ProductList>().Produces(StatusCodes.Status304NotModified).Refuses(400, 404, 503);
        browse.MapGet("/categories", GetTree).WithSummary("The category tree with product counts")
            .Produces<CategoryForest>().Produces(StatusCodes.Status304NotModified).Refuses(503);
        browse.MapGet("/categories/{id}", GetNode).WithSummary("One category with its path and children")
            .Produces<CategoryView>().Produces(StatusCodes.Status304NotModified).Refuses(404, 503);
    }

    private static async Task<IResult> List(
        HttpContext context, PageQuery query, CategoryPages pages, Categories categories, CatalogueCache cache,
        string? category = null, string? sort = null)
    {
        var errors = new Dictionary<string, string[]>();
        if (category is not null && !IsId(category))
            errors["category"] = ["It must be the id of a category."];
        var order = ListingSort.Find(sort);
        if (order is null)
            errors["sort"] = [$"It must be one of {string.Join(", ", ListingSort.All.Select(each => each.Name))}."];
        if (errors.Count > 0) return Problems.Invalid(errors);
        var node = category ?? CategoryPages.Everything;
        if (query.Begin(CategoryPages.CursorOf(node, order!), out var last) is { } problem) return problem;
        var after = last is var (value, sku) ? new ListingPlace(value, sku) : order!.Start;
        var page = await cache.Page($"products {node} {order!.Name} {query.Limit} {after}", async () =>
        {
            var page = await pages.Read(node, order, after, query.Limit, CancellationToken.None);
            var isKnown = page.Items.Count > 0 || category is null
                || (await categories.Get(CancellationToken.None)).Has(category);
            return isKnown ? CategoryPages.Json(page) : null;
        });
        return page is null ? NoSuchCategory() : CatalogueAnswer.Of(context, page);
    }

    private static async Task<IResult> GetTree(
        HttpContext context, Categories categories, CancellationToken cancellationToken)
    {
        var tree = await categories.Get(cancellationToken);
        return CatalogueAnswer.Of(context, tree.Page);
    }

    private static async Task<IResult> GetNode(
        string id, HttpContext context, Categories categories, CancellationToken cancellationToken) =>
        IsId(id) && (await categories.Get(cancellationToken)).Find(id) is { } node
            ? CatalogueAnswer.Of(context, JsonSerializer.SerializeToUtf8Bytes(node, ShopJson.Wire.CategoryView))
            : NoSuchCategory();

    private static bool IsId(string id) =>
        id.Length is > 0 and <= 64 && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    private static ProblemResult NoSuchCategory() => Problems.NotFound.Because("There is no category with this id.");
}
