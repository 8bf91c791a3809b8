using System.Text.Json;
using Shop.Workers.Import;

namespace Shop.Workers.Search;

/// <summary>
/// A number of all that a document says, the same in every process, so that an index can be compared with the catalogue
/// without holding the documents themselves.
/// </summary>
internal static class Fingerprint
{
    public static long Of(SearchDocument document) =>
        unchecked((long)StableHash.Of(JsonSerializer.Serialize(document, JsonSerializerOptions.Web)));
}
