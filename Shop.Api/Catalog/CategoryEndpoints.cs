using System.Globalization;
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
            .Produces<ProductList>().Produces(StatusCodes.Status304NotModified).Refuses(400, 404, 503);
        browse.MapGet("/categories", GetTree).WithSummary("The category tree with product counts")
            .Produces<CategoryForest>().Produces(StatusCodes.Status304NotModified).Refuses(503);
        browse.MapGet("/categories/{id}", GetNode).WithSummary("One category with its path and children")
            .Produces<CategoryView>().Produces(StatusCodes.Status304NotModified).Refuses(404, 503);
    }

    private static async Task<IResult> List(
        HttpContext context, CategoryPages pages, Categories categories, CancellationToken cancellationToken,
        string? category = null, string? sort = null, string? limit = null, string? cursor = null)
    {
        var errors = new Dictionary<string, string[]>();
        var node = category ?? CategoryPages.Everything;
        if (category is not null && !IsId(category))
            errors["category"] = ["It must be the id of a category."];
        var order = ListingSort.Find(sort);
        if (order is null)
            errors["sort"] = [$"It must be one of {string.Join(", ", ListingSort.All.Select(each => each.Name))}."];
        var most = CategoryPages.UsualOnPage;
        if (limit is not null && !TryReadLimit(limit, out most))
            errors["limit"] = [$"It must be 1 to {CategoryPages.MostOnPage}."];
        var after = order?.Start ?? default;
        if (cursor is not null && order is not null)
        {
            if (ListingCursor.Read(cursor, node, order) is { } place) after = place;
            else errors["cursor"] = ["It must be the next of a page of this category in this order."];
        }

        if (errors.Count > 0) return Problems.Invalid(errors);
        var page = await pages.Read(node, order!, after, most, cancellationToken);
        var isKnown = page.Items.Count > 0 || category is null
            || (await categories.Get(cancellationToken)).Has(category);
        return isKnown ? CatalogueAnswer.Of(context, CategoryPages.Json(page)) : NoSuchCategory();
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

    private static bool TryReadLimit(string text, out int limit) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
        && limit is >= 1 and <= CategoryPages.MostOnPage;

    private static bool IsId(string id) =>
        id.Length is > 0 and <= 64 && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    private static ProblemResult NoSuchCategory() => Problems.NotFound.Because("There is no category with this id.");
}
