using System.Security.Cryptography;
using System.Text;
using Shop.Workers.Catalog;
using Shop.Workers.Import;
using Xunit;

namespace Shop.Tests.Import;

public sealed class GeneratedCatalogueTests
{
    [Fact]
    public void It_has_20_categories_200_products_and_12_warehouses() =>
        Assert.Equal(
            (20, 200, 12),
            (GeneratedCatalogue.Categories.Count, GeneratedCatalogue.Products.Count,
                GeneratedCatalogue.Warehouses.Count));

    [Fact]
    public void It_is_the_same_in_every_process()
    {
        var text = string.Join('\n', GeneratedCatalogue.Products.Select(product =>
            $"{product.Sku} {product.Title} {product.CategoryId} {product.Price} {product.Popularity}"));

        Assert.Equal("e6019e224322297d", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]);
    }

    [Fact]
    public void Every_product_may_be_put_on_sale() =>
        Assert.All(GeneratedCatalogue.Products, product => Assert.Empty(ProductRules.Check(product)));

    [Fact]
    public void Skus_and_codes_do_not_repeat()
    {
        Assert.Equal(200, GeneratedCatalogue.Products.DistinctBy(product => product.Sku).Count());
        Assert.Equal(12, GeneratedCatalogue.Warehouses.DistinctBy(warehouse => warehouse.Code).Count());
    }

    [Fact]
    public void Every_lowest_category_has_products()
    {
        var parents = GeneratedCatalogue.Categories.Select(put => put.Category.ParentId).ToHashSet();
        var lowest = GeneratedCatalogue.Categories.Select(put => put.Category.Id).Where(id => !parents.Contains(id));

        Assert.Equal(
            lowest.Order(), GeneratedCatalogue.Products.Select(product => product.CategoryId).Distinct().Order());
    }
}
