using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shop.Typesense;

namespace Shop.Tests.Typesense;

/// <summary>A document for tests.</summary>
internal sealed record Book(string Id, string Title, int Pages);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Book))]
[JsonSerializable(typeof(MultiSearchResult<Book>))]
[JsonSerializable(typeof(SearchResult<Book>))]
internal sealed partial class BookJson : JsonSerializerContext;

internal static class Clients
{
    public const string ApiKey = "the-key-that-is-not-to-be-told";

    /// <summary>A client of these nodes that loses its patience soon.</summary>
    public static TypesenseClient Of(params Uri[] nodes) => new(
        Options.Create(Impatient(nodes)), TimeProvider.System, NullLogger<TypesenseClient>.Instance);

    public static TypesenseOptions Impatient(params Uri[] nodes) => new()
    {
        Nodes = string.Join(", ", nodes.Select(node => node.ToString())),
        ApiKey = ApiKey,
        RetryDelay = TimeSpan.FromMilliseconds(1),
    };
}
