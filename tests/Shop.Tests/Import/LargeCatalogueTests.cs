using System.Security.Cryptography;
using System.Text;
using Shop.Contracts.Catalog;
using Shop.Workers.Catalog;
using Shop.Workers.Import;
using Xunit;

namespace Shop.Tests.Import;

public sealed class LargeCatalogueTests
{
    private static readonly PutProduct[] Products = [.. Enumerable.Range(1, 20_000).Select(LargeCatalogue.ProductOf)];

    [Fact]
    public void It_is_the_same_in_every_process()
    {
        var text = string.Join('\n', Products.Take(500).Select(product =>
            $"{product.Sku} {product.Title} {product.CategoryId} {product.Price} {product.Popularity}"));

        Assert.Equal("fbdae1ab74919056", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]);
    }

    [Fact]
    public void Every_product_may_be_put_on_sale() =>
        Assert.All(Products, product => Assert.Empty(ProductRules.Check(product)));

    [Fact]
    public void The_last_product_may_be_put_on_sale() =>
        Assert.Empty(ProductRules.Check(LargeCatalogue.ProductOf(LargeCatalogue.MaxProducts)));

    [Fact]
    public void Its_tree_has_a_few_hundred_nodes_on_three_levels()
    {
        var nodes = LargeCatalogueTree.Categories.Select(put => put.Category).ToList();

        Assert.InRange(nodes.Count, 300, 500);
        Assert.Equal(nodes.Count, nodes.DistinctBy(node => node.Id).Count());
        Assert.Equal("1 2 3", string.Join(' ', nodes.Select(node => node.Path.Count).Distinct()));
        Assert.All(nodes, node => Assert.Matches(@"\A[a-z0-9-]{1,64}\z", node.Id));
    }

    [Fact]
    public void Every_lowest_category_has_products() => Assert.Equal(
        LargeCatalogueTree.Kinds.Select(kind => kind.CategoryId).Order(),
        Products.Select(product => product.CategoryId).Distinct().Order());

    [Fact]
    public void Few_products_sell_much()
    {
        var sold = Products.Select(product => (double)product.Popularity!.Value).OrderDescending().ToList();

        // Of a harmonic series of 20,000, the first hundredth has about half.
        Assert.InRange(sold.Take(sold.Count / 100).Sum() / sold.Sum(), 0.3, 0.9);
    }

    [Fact]
    public void Few_makers_make_much()
    {
        var made = Products.CountBy(product => product.Brand!).Select(count => count.Value).OrderDescending().ToList();

        Assert.InRange(made.Count, 150, 200);
        Assert.InRange(made.Take(20).Sum() / (double)Products.Length, 0.3, 0.6);
    }

    [Fact]
    public void Prices_lie_evenly_around_their_middle_on_a_logarithmic_scale()
    {
        var prices = Products.Select(product => Math.Log(product.Price.Amount)).Order().ToList();

        Assert.InRange(prices.Average() - prices[prices.Count / 2], -0.15, 0.15);
        Assert.InRange(Math.Exp(prices[prices.Count / 2]), 1_000, 20_000);
    }

    [Fact]
    public void Titles_hardly_repeat() => Assert.InRange(Products.DistinctBy(product => product.Title).Count(), 19_990, 20_000);
}
