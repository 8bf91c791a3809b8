using System.Text.Json;
using Shop.Api.Catalog;
using Xunit;

namespace Shop.Tests.Api;

public sealed class CategoryTreeTests
{
    private static readonly CategoryRow[] Rows =
    [
        new("desk", "Desk", null, 1),
        new("kitchen", "Kitchen", null, 0),
        new("kettles", "Kettles", "pots", 2),
        new("pans", "Pans", "kitchen", 4),
        new("pots", "Pots", "kitchen", 8),
    ];

    [Fact]
    public void A_node_counts_its_own_products_and_all_below_it()
    {
        var kitchen = Read(new CategoryTree(Rows)).EnumerateArray().Last();

        Assert.Equal(14, kitchen.GetProperty("productCount").GetInt64());
        Assert.Equal(
            "pans 4, pots 10",
            string.Join(", ", kitchen.GetProperty("children").EnumerateArray()
                .Select(child => $"{child.GetProperty("id")} {child.GetProperty("productCount")}")));
    }

    [Fact]
    public void A_node_shows_the_way_to_it_and_what_is_right_below_it()
    {
        var node = new CategoryTree(Rows).Find("pots")!;

        Assert.Equal(["kitchen", "pots"], node.Path.Select(step => step.Id));
        Assert.Equal(new CategoryChild("kettles", "Kettles", 2), Assert.Single(node.Children));
        Assert.Equal(10, node.ProductCount);
    }

    [Fact]
    public void There_is_no_node_that_nobody_made() => Assert.Null(new CategoryTree(Rows).Find("sheds"));

    [Fact]
    public void Nodes_in_a_circle_hang_nowhere_and_harm_nobody()
    {
        var tree = new CategoryTree([.. Rows, new("x", "X", "y", 1), new("y", "Y", "x", 1)]);

        Assert.Equal(2, Read(tree).GetArrayLength());
        Assert.NotNull(tree.Find("x"));
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(60_000, 30)]
    [InlineData(1_000_000, 500)]
    public void The_more_products_there_are_the_more_seldom_they_are_counted(long products, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Categories.CountsAreFresh(products));

    [Fact]
    public void A_level_that_is_too_much_is_left_out_of_the_whole_and_can_be_asked_for()
    {
        var below = Enumerable.Range(0, CategoryTree.MostListed).Select(n => new CategoryRow($"n{n:D5}", "N", "desk", 1));

        var tree = new CategoryTree([.. Rows, .. below]);

        var desk = Read(tree)[0];
        Assert.Empty(desk.GetProperty("children").EnumerateArray());
        Assert.Equal(CategoryTree.MostListed + 1, desk.GetProperty("productCount").GetInt64());
        Assert.Equal(CategoryTree.MostListed, tree.Find("desk")!.Children.Count);
    }

    private static JsonElement Read(CategoryTree tree) => JsonElement.Parse(tree.Page.Json).GetProperty("items");
}
