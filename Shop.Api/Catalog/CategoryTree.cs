using System.Text.Json;
using Shop.Api.Http;

namespace Shop.Api.Catalog;

/// <summary>A node with all below it; the products are those for sale in it and below.</summary>
internal sealed record CategoryNode(string Id, string Name, long ProductCount, IReadOnlyList<CategoryNode> Children);

/// <summary>The nodes without a parent, each with all below it.</summary>
internal sealed record CategoryForest(IReadOnlyList<CategoryNode> Items);

/// <summary>One node: the way to it from the root, itself last, and what is right below it.</summary>
internal sealed record CategoryView(
    string Id, string Name, long ProductCount, IReadOnlyList<CategoryStep> Path, IReadOnlyList<CategoryChild> Children);

internal sealed record CategoryChild(string Id, string Name, long ProductCount);

/// <summary>A node as the catalogue publishes it, with its own products alone.</summary>
internal sealed record CategoryRow(string Id, string Name, string? ParentId, long ProductCount);

/// <summary>The category tree at one moment, with what clients are sent of it.</summary>
internal sealed class CategoryTree
{
    /// <summary>The list of the whole tree ends with the last of its levels that still fits.</summary>
    public const int MostListed = 20_000;

    private readonly Dictionary<string, Node> _nodes;

    /// <param name="rows">In the order that siblings are shown in.</param>
    public CategoryTree(IReadOnlyList<CategoryRow> rows)
    {
        _nodes = rows.ToDictionary(row => row.Id, row => new Node(row));
        var roots = new List<Node>();
        foreach (var row in rows)
        {
            var node = _nodes[row.Id];
            if (row.ParentId is null) roots.Add(node);
            else if (_nodes.TryGetValue(row.ParentId, out var parent)) (node.Parent = parent).Children.Add(node);
        }

        var levels = Levels(roots);
        // From the bottom up: what is below is counted when its parent is.
        foreach (var node in Enumerable.Reverse(levels).SelectMany(level => level))
            node.Products += node.Row.ProductCount + node.Children.Sum(child => child.Products);
        Page = CataloguePage.Of(JsonSerializer.SerializeToUtf8Bytes(
            new CategoryForest(List(roots, DepthListed(levels))), ShopJson.Wire.CategoryForest));
    }

    /// <summary>The whole tree.</summary>
    public CataloguePage Page { get; }

    public bool Has(string id) => _nodes.ContainsKey(id);

    /// <returns>Null if there is no such node.</returns>
    public CategoryView? Find(string id)
    {
        if (!_nodes.TryGetValue(id, out var node)) return null;
        var path = new List<CategoryStep>();
        for (var step = node; step is not null && path.Count < _nodes.Count; step = step.Parent)
            path.Add(new CategoryStep(step.Row.Id, step.Row.Name));
        path.Reverse();
        return new CategoryView(node.Row.Id, node.Row.Name, node.Products, path,
            [.. node.Children.Select(child => new CategoryChild(child.Row.Id, child.Row.Name, child.Products))]);
    }

    private static List<List<Node>> Levels(List<Node> roots)
    {
        var levels = new List<List<Node>>();
        for (var level = roots; level.Count > 0; level = [.. level.SelectMany(node => node.Children)]) levels.Add(level);
        return levels;
    }

    private static int DepthListed(List<List<Node>> levels)
    {
        var (depth, nodes) = (0, 0);
        while (depth < levels.Count && (nodes += levels[depth].Count) <= MostListed) depth++;
        return depth;
    }

    private static IReadOnlyList<CategoryNode> List(List<Node> nodes, int depth) => depth == 0
        ? []
        : [.. nodes.Select(node => new CategoryNode(
            node.Row.Id, node.Row.Name, node.Products, List(node.Children, depth - 1)))];

    private sealed class Node(CategoryRow row)
    {
        public CategoryRow Row { get; } = row;
        public Node? Parent { get; set; }
        public List<Node> Children { get; } = [];
        public long Products { get; set; }
    }
}
