using Shop.Workers.Catalog;
using Shop.Workers.Import;
using Xunit;

namespace Shop.Tests.Import;

public sealed class CategoryTreeTests
{
    [Fact]
    public void Names_are_walked_from_the_root()
    {
        var tree = new CategoryTree([Node("a:Phones"), Node("a:Phones", "b:Cables"), Node("c:Cables")]);

        Assert.Equal("b", tree.Find(["Phones", "Cables"]).Id);
    }

    [Fact]
    public void A_level_that_the_names_skip_is_found()
    {
        var tree = new CategoryTree(
            [Node("a:Phones"), Node("a:Phones", "b:Accessories"), Node("a:Phones", "b:Accessories", "c:Cables")]);

        Assert.Equal("c", tree.Find(["Phones", "Cables"]).Id);
    }

    [Fact]
    public void Where_two_nodes_below_bear_the_name_neither_is_guessed()
    {
        var tree = new CategoryTree(
        [
            Node("a:Phones"),
            Node("a:Phones", "b:New"), Node("a:Phones", "b:New", "c:Cables"),
            Node("a:Phones", "d:Old"), Node("a:Phones", "d:Old", "e:Cables"),
        ]);

        var found = tree.Find(["Phones", "Cables"]);

        Assert.Equal(("a", "Cables"), (found.ParentId, found.Name));
        Assert.Equal([found], tree.TakeMade());
    }

    [Fact]
    public void Missing_nodes_are_made_parents_first_and_once()
    {
        var tree = new CategoryTree([Node("a:Phones")]);

        var leaf = tree.Find(["Phones", "Prepaid", "All"]);

        Assert.Same(leaf, tree.Find(["Phones", "Prepaid", "All"]));
        Assert.Equal(["Prepaid", "All"], tree.TakeMade().Select(node => node.Name));
        Assert.Empty(tree.TakeMade());
    }

    [Fact]
    public void Made_nodes_have_the_same_ids_whenever_they_are_made() =>
        Assert.Equal(
            new CategoryTree([]).Find(["Phones", "Prepaid"]).Id,
            new CategoryTree([]).Find(["Phones", "Prepaid"]).Id);

    [Fact]
    public void What_was_made_for_one_product_does_not_move_another()
    {
        Category[] given =
        [
            Node("a:Phones"),
            Node("a:Phones", "b:New"), Node("a:Phones", "b:New", "c:Cables"),
            Node("a:Phones", "d:Old"),
        ];
        var tree = new CategoryTree(given);
        var before = tree.Find(["Phones", "Cables"]).Id;
        tree.Find(["Phones", "Old", "Cables"]);

        var again = new CategoryTree([.. given, .. tree.TakeMade()]);

        Assert.Equal(before, again.Find(["Phones", "Cables"]).Id);
    }

    [Fact]
    public void A_node_that_was_given_goes_before_a_namesake_that_was_made()
    {
        var made = new CategoryTree([]).Find(["Phones"]);

        Assert.Equal("z", new CategoryTree([made, Node("z:Phones")]).Find(["Phones"]).Id);
    }

    private static Category Node(params string[] path) =>
        CategoryMapping.FromPath([.. path.Select(step => new CategoryStep(step[..1], step[2..]))]);
}
