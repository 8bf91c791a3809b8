using System.Text.Json;

namespace Shop.Typesense;

/// <summary>Types of fields, as Typesense calls them.</summary>
public static class FieldType
{
    public const string Text = "string";
    public const string Texts = "string[]";
    public const string Whole32 = "int32";
    public const string Whole64 = "int64";
    public const string Real = "float";
    public const string Flag = "bool";
}

/// <summary>A field that is indexed. What is left out has the server's default.</summary>
public sealed record Field(string Name, string Type)
{
    public bool? Facet { get; init; }

    public bool? Optional { get; init; }

    public bool? Index { get; init; }

    public bool? Sort { get; init; }

    public bool? Infix { get; init; }

    public bool? Store { get; init; }

    public bool? RangeIndex { get; init; }

    public bool? Stem { get; init; }

    public string? Locale { get; init; }

    /// <summary>In an update: whether the field goes.</summary>
    public bool? Drop { get; init; }

    public IReadOnlyList<string>? TokenSeparators { get; init; }

    public IReadOnlyList<string>? SymbolsToIndex { get; init; }
}

/// <summary>A collection to be created.</summary>
public sealed record CollectionSchema
{
    public required string Name { get; init; }

    public required IReadOnlyList<Field> Fields { get; init; }

    public string? DefaultSortingField { get; init; }

    public IReadOnlyList<string>? TokenSeparators { get; init; }

    public IReadOnlyList<string>? SymbolsToIndex { get; init; }

    /// <summary>The names of the synonym sets that its searches use.</summary>
    public IReadOnlyList<string>? SynonymSets { get; init; }

    public bool? EnableNestedFields { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }
}

/// <summary>Fields to be added, changed or dropped.</summary>
public sealed record CollectionUpdate
{
    public required IReadOnlyList<Field> Fields { get; init; }

    public IReadOnlyList<string>? SynonymSets { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }
}

/// <summary>A collection that is there.</summary>
public sealed record Collection
{
    public required string Name { get; init; }

    public required IReadOnlyList<Field> Fields { get; init; }

    public required long NumDocuments { get; init; }

    /// <summary>In seconds since 1970.</summary>
    public required long CreatedAt { get; init; }

    public string? DefaultSortingField { get; init; }

    public IReadOnlyList<string>? SynonymSets { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }
}

/// <summary>A name that stands for a collection.</summary>
public sealed record CollectionAlias(string Name, string CollectionName);

internal sealed record AliasTarget(string CollectionName);

internal sealed record AliasList(IReadOnlyList<CollectionAlias> Aliases);
