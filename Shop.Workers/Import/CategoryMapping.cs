using System.Text.Json;
using System.Text.RegularExpressions;
using Shop.Workers.Catalog;

namespace Shop.Workers.Import;

/// <summary>A node that brings its path from the root. A node without a name is called by its id.</summary>
internal static partial class CategoryMapping
{
    public static Mapped<Category> Map(JsonElement record)
    {
        var fields = new RecordFields(record);
        var id = fields.Text("id", Category.MaxIdLength);
        var name = fields.OptionalText("name", Category.MaxNameLength) ?? id;
        var path = new List<CategoryStep>();
        foreach (var element in fields.List("path", Category.MaxDepth))
        {
            var step = new RecordFields(element);
            var stepId = step.Text("id", Category.MaxIdLength);
            var stepName = step.OptionalText("name", Category.MaxNameLength) ?? stepId;
            if (step.Problem is { } problem)
                fields.Reject($"path: {problem}");
            else if (!IdShape().IsMatch(stepId))
                fields.Reject("path: id has other characters than A-Z, a-z, 0-9, '_' and '-'.");
            path.Add(new CategoryStep(stepId, stepName));
        }

        if (path.Count > 0 && path[^1] != new CategoryStep(id, name))
            fields.Reject("path does not end in the node itself.");
        if (path.DistinctBy(step => step.Id).Count() != path.Count)
            fields.Reject("path runs in a circle.");
        return fields.Problem is null ? new(FromPath(path), null) : new(null, fields.Problem);
    }

    public static Category FromPath(IReadOnlyList<CategoryStep> path) => new()
    {
        Id = path[^1].Id,
        Name = path[^1].Name,
        ParentId = path.Count > 1 ? path[^2].Id : null,
        Path = path,
    };

    /// <summary>
    /// The nodes, parents first, and with them those that stand only in the path of others: of a category that has
    /// products below it, but no record of its own.
    /// </summary>
    public static IReadOnlyList<PutCategory> WithAncestors(IReadOnlyCollection<Category> nodes)
    {
        var puts = nodes.ToDictionary(node => node.Id, node => new PutCategory(node, Replaces: true));
        foreach (var node in nodes)
            for (var depth = 1; depth < node.Path.Count; depth++)
                puts.TryAdd(
                    node.Path[depth - 1].Id,
                    new PutCategory(FromPath([.. node.Path.Take(depth)]), Replaces: false));
        return [.. puts.Values.OrderBy(put => put.Category.Path.Count)
            .ThenBy(put => put.Category.Id, StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]+\z")]
    private static partial Regex IdShape();
}
