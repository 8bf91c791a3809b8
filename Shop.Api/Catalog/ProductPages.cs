using Shop.Api.Http;

namespace Shop.Api.Catalog;

/// <summary>Answers with product pages. One that is in memory goes out without anything being waited for.</summary>
internal sealed class ProductPages(CatalogueCache cache, Products products)
{
    public Task Answer(string sku, HttpContext context)
    {
        if (!Sku.IsWellFormed(sku)) return Refuse(context);
        var finding = cache.Find(sku, sku, Lifetime.Product, products, static (products, sku) => products.Find(sku));
        return finding.IsCompletedSuccessfully ? Answer(finding.Result, context) : Answer(finding, context);
    }

    private static async Task Answer(ValueTask<Cached<CataloguePage>> finding, HttpContext context) =>
        await Answer(await finding, context);

    private static Task Answer(Cached<CataloguePage> found, HttpContext context) =>
        found.Value is { } page ? CatalogueAnswer.Send(context, page) : Refuse(context);

    private static Task Refuse(HttpContext context) =>
        Problems.NotFound.Because("There is no product with this SKU.").ExecuteAsync(context);
}
