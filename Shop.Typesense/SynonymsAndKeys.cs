namespace Shop.Typesense;

/// <summary>Words that mean each other or, with a root, words that the root stands for as well.</summary>
public sealed record SynonymItem
{
    public required string Id { get; init; }

    public required IReadOnlyList<string> Synonyms { get; init; }

    public string? Root { get; init; }
}

public sealed record SynonymSet
{
    public required string Name { get; init; }

    public required IReadOnlyList<SynonymItem> Items { get; init; }
}

internal sealed record SynonymSetBody(IReadOnlyList<SynonymItem> Items);

internal sealed record SynonymSetName(string Name);

/// <summary>A key to be made.</summary>
public sealed record KeySchema
{
    public required string Description { get; init; }

    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>Names, or regular expressions that match whole names.</summary>
    public required IReadOnlyList<string> Collections { get; init; }

    /// <summary>
    /// A secret of at most 32 characters: a longer one is taken for a derived key. The server makes one up if there is none.
    /// </summary>
    public string? Value { get; init; }

    public long? ExpiresAt { get; init; }
}

/// <summary>A key that is there. Its value shows once, when it is made.</summary>
public sealed record Key
{
    public required long Id { get; init; }

    public required string Description { get; init; }

    public required IReadOnlyList<string> Actions { get; init; }

    public required IReadOnlyList<string> Collections { get; init; }

    public string? Value { get; init; }

    public string? ValuePrefix { get; init; }

    public long? ExpiresAt { get; init; }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"key {Id}, {Description}";
}

internal sealed record KeyList(IReadOnlyList<Key> Keys);

internal sealed record DeletedKey(long Id);
