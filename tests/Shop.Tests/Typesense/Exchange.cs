namespace Shop.Tests.Typesense;

/// <summary>A request as a server got it, and what it answered.</summary>
internal sealed record Exchange
{
    public required string Method { get; init; }

    /// <summary>Decoded, without the query.</summary>
    public required string Path { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    public string? ApiKey { get; init; }

    public string? ContentType { get; init; }

    public string Body { get; init; } = "";

    public int Status { get; init; } = 200;

    public string AnswerType { get; init; } = "application/json";

    public string Answer { get; init; } = "";

    public override string ToString() => $"{Method} {Path}";
}
