using System.ComponentModel.DataAnnotations;

namespace Shop.Typesense;

/// <summary>The section <c>Typesense</c> of the configuration.</summary>
public sealed class TypesenseOptions : IValidatableObject
{
    public const string Section = "Typesense";

    /// <summary>The addresses of the cluster's nodes, with commas between them.</summary>
    [Required]
    public string? Nodes { get; init; }

    /// <summary>Asked before all others while it is well, if there is one nearer than they are.</summary>
    public Uri? NearestNode { get; init; }

    /// <summary>A secret: never logged.</summary>
    [Required]
    public string? ApiKey { get; set; }

    /// <summary>Before the names of collections, aliases and synonym sets, so that several can share a cluster.</summary>
    [RegularExpression("[A-Za-z0-9_-]{0,64}")]
    public string NamePrefix { get; init; } = "";

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long one attempt may take that moves many documents: an import, a deletion, a line of an export.</summary>
    public TimeSpan BulkTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a call is sent at most, whichever node it goes to.</summary>
    [Range(1, 10)]
    public int Attempts { get; init; } = 3;

    /// <summary>The pause before another attempt when no node is well. It grows with each.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a node that failed is left out before it is asked for its health.</summary>
    public TimeSpan LeftOutFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many documents go in one request of an import.</summary>
    [Range(1, 10_000)]
    public int ImportDocuments { get; init; } = 500;

    /// <summary>How large one request of an import may grow; a document that is larger goes alone.</summary>
    [Range(1_024, 64 * 1_024 * 1_024)]
    public int ImportBytes { get; init; } = 8 * 1_024 * 1_024;

    /// <summary>How large an answer may be that is not streamed.</summary>
    [Range(1_024, 256 * 1_024 * 1_024)]
    public int AnswerBytes { get; init; } = 32 * 1_024 * 1_024;

    /// <summary>The same with another key.</summary>
    public TypesenseOptions WithKey(string key)
    {
        var copy = (TypesenseOptions)MemberwiseClone();
        copy.ApiKey = key;
        return copy;
    }

    internal IReadOnlyList<Uri> Addresses => [.. Parts.Select(part => new Uri(part)).Distinct()];

    private string[] Parts =>
        Nodes?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Parts is { Length: 0 or > 16 } || !Parts.All(IsServer))
            yield return new("Typesense:Nodes must be one to sixteen http or https addresses.", [nameof(Nodes)]);
        if (NearestNode is not null && !IsServer(NearestNode.OriginalString))
            yield return new("Typesense:NearestNode must be an http or https address.", [nameof(NearestNode)]);
        if (ApiKey?.Any(sign => !char.IsAscii(sign) || char.IsWhiteSpace(sign) || char.IsControl(sign)) == true)
            yield return new("Typesense:ApiKey must be of visible ASCII characters.", [nameof(ApiKey)]);
        if (Outside(ConnectTimeout, 10, 60_000) || Outside(Timeout, 10, 60_000) || Outside(BulkTimeout, 10, 600_000))
            yield return new(
                "Typesense's timeouts must be between 10 ms and a minute, BulkTimeout up to ten.", [nameof(Timeout)]);
        if (Outside(RetryDelay, 0, 10_000) || Outside(LeftOutFor, 0, 600_000))
            yield return new(
                "Typesense:RetryDelay must be at most 10 s, LeftOutFor ten minutes.", [nameof(RetryDelay)]);
    }

    private static bool IsServer(string address) => Uri.TryCreate(address, UriKind.Absolute, out var node)
        && node is { Scheme: "http" or "https", Query: "", UserInfo: "" };

    private static bool Outside(TimeSpan value, int least, int most) =>
        value < TimeSpan.FromMilliseconds(least) || value > TimeSpan.FromMilliseconds(most);
}
