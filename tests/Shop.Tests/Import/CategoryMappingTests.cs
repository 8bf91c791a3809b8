using System.Text.Json;
using Shop.Workers.Catalog;
using Shop.Workers.Import;
using Xunit;

namespace Shop.Tests.Import;

public sealed class CategoryMappingTests
{
    private const string Toys =
        """
        {
          "id": "c3", "name": "Toys", "subCategories": [{ "id": "c9", "name": "Kites" }],
          "path": [{ "id": "c1", "name": "Gifts" }, { "id": "c2", "name": "Kids" }, { "id": "c3", "name": "Toys" }]
        }
        """;

    [Fact]
    public void A_node_is_taken_with_its_parent_and_path()
    {
        var node = Map(Toys).Value!;

        Assert.Equal(("c3", "Toys", "c2"), (node.Id, node.Name, node.ParentId));
        Assert.Equal([new("c1", "Gifts"), new("c2", "Kids"), new("c3", "Toys")], node.Path);
    }

    [Fact]
    public void A_root_has_no_parent() =>
        Assert.Null(Map("""{ "id": "c1", "name": "Gifts", "path": [{ "id": "c1", "name": "Gifts" }] }""")
            .Value!.ParentId);

    [Fact]
    public void A_node_without_a_name_is_called_by_its_id() =>
        Assert.Equal(
            "c1", Map("""{ "id": "c1", "name": null, "path": [{ "id": "c1", "name": null }] }""").Value!.Name);

    [Theory]
    [InlineData("\"id\": \"c3\", \"name\": \"Toys\", \"sub", "\"id\": \"c7\", \"name\": \"Toys\", \"sub",
        "path does not end in the node itself.")]
    [InlineData("\"id\": \"c1\"", "\"id\": \"c2\"", "path runs in a circle.")]
    [InlineData("\"id\": \"c1\"", "\"id\": \"c 1\"",
        "path: id has other characters than A-Z, a-z, 0-9, '_' and '-'.")]
    [InlineData("\"id\": \"c1\"", "\"id\": 1", "path: id is not text.")]
    [InlineData("{ \"id\": \"c1\", \"name\": \"Gifts\" }", "null", "path: The record is not an object.")]
    [InlineData("\"path\"", "\"trail\"", "path is not a list with something in it.")]
    public void A_bad_node_is_rejected_with_its_reason(string good, string bad, string reason) =>
        Assert.Equal(reason, Map(Toys.Replace(good, bad, StringComparison.Ordinal)).Reason);

    [Fact]
    public void Nodes_that_stand_only_in_the_paths_of_others_come_along_before_them()
    {
        var puts = CategoryMapping.WithAncestors([Map(Toys).Value!]);

        Assert.Equal(
            [("c1", false), ("c2", false), ("c3", true)], puts.Select(put => (put.Category.Id, put.Replaces)));
    }

    private static Mapped<Category> Map(string json) => CategoryMapping.Map(JsonElement.Parse(json));
}
