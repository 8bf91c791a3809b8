namespace Shop.Typesense;

/// <summary>What an import does with a document whose id is there already, or is not.</summary>
public enum ImportAction
{
    Create,
    Update,
    Upsert,
    Emplace,
}

/// <summary>What became of one document of an import.</summary>
public sealed record ImportResult
{
    public required bool Success { get; init; }

    public string? Error { get; init; }

    /// <summary>As an HTTP status.</summary>
    public int? Code { get; init; }

    /// <summary>The document that was refused, as it was sent.</summary>
    public string? Document { get; init; }
}

internal sealed record DeletedDocuments(int NumDeleted);

/// <summary>Filters, written safely.</summary>
public static class TypesenseFilter
{
    /// <summary>A value that a filter takes literally. It knows no escape for the quotation mark itself.</summary>
    public static string Literal(string value) => $"`{Storable(value)}`";

    /// <summary>A value as it has to be stored to be found by <see cref="Literal"/>.</summary>
    public static string Storable(string value) => value.Replace('`', '\'');

    /// <summary>Documents whose field is one of the values.</summary>
    public static string AnyOf(string field, IEnumerable<string> values) =>
        $"{field}:=[{string.Join(',', values.Select(Literal))}]";
}
