using System.Security.Cryptography;
using System.Text;
using Shop.Workers.Catalog;

namespace Shop.Workers.Import;

/// <summary>
/// The category tree in memory, to find the node that a list of names means. The answer depends on the nodes that
/// were given and on the names alone, not on what else was looked up: so an import that is repeated finds the same.
/// </summary>
internal sealed class CategoryTree
{
    public const int MaxNodes = 200_000;

    /// <summary>Begins the ids of nodes that no record brought.</summary>
    private const string MadePrefix = "made-";

    private readonly Dictionary<(string? Parent, string Name), Category> _children = [];
    private readonly Dictionary<string, List<Category>> _byName = [];
    private readonly List<Category> _made = [];

    public CategoryTree(IEnumerable<Category> nodes)
    {
        foreach (var node in nodes.OrderBy(IsMade).ThenBy(node => node.Id, StringComparer.Ordinal))
            Add(node);
    }

    /// <summary>
    /// Walks the names from the root. A level that the names skip is found where only one node below bears the next
    /// name; what is not found is made.
    /// </summary>
    public Category Find(IReadOnlyList<string> names)
    {
        ArgumentOutOfRangeException.ThrowIfZero(names.Count);
        Category? node = null;
        foreach (var name in names)
            node = Child(node, name) ?? OnlyDescendant(node, name) ?? Make(node, name);
        return node!;
    }

    /// <summary>The nodes that were made since the last call, parents first.</summary>
    public IReadOnlyList<Category> TakeMade()
    {
        var taken = _made.ToArray();
        _made.Clear();
        return taken;
    }

    private Category? Child(Category? parent, string name) => _children.GetValueOrDefault((parent?.Id, name));

    private Category? OnlyDescendant(Category? ancestor, string name)
    {
        if (ancestor is null || !_byName.TryGetValue(name, out var candidates))
            return null;
        var below = candidates.Where(candidate => candidate.Path.SkipLast(1).Any(step => step.Id == ancestor.Id));
        return below.Take(2).ToArray() is [var only] ? only : null;
    }

    private Category Make(Category? parent, string name)
    {
        IReadOnlyList<CategoryStep> above = parent?.Path ?? [];
        var names = string.Join('\n', above.Select(step => step.Name).Append(name));
        var id = MadePrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(names)), 0, 8);
        var node = CategoryMapping.FromPath([.. above, new CategoryStep(id, name)]);
        Add(node);
        _made.Add(node);
        return node;
    }

    private static bool IsMade(Category node) => node.Id.StartsWith(MadePrefix, StringComparison.Ordinal);

    private void Add(Category node)
    {
        // Of two siblings with one name, the first is meant.
        _children.TryAdd((node.ParentId, node.Name), node);
        if (IsMade(node))
            return;
        if (!_byName.TryGetValue(node.Name, out var namesakes))
            _byName.Add(node.Name, namesakes = []);
        namesakes.Add(node);
    }
}
