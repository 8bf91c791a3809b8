using System.Text.Json;
using Shop.Workers.Import;

namespace Shop.Workers.Search;

/// <summary>
/// A number of all that a document says, the same in every process, so that an index can be compared with the catalogue
/// without holding the documents themselves.
/// </summary>
internal static class Fingerprint
{
    /// <summary>Raised when documents are read into words another way: the index then mends itself, product by product.</summary>
    private const int Reading = 1;

    public static long Of(SearchDocument document) => unchecked((long)StableHash.Of(
        Reading + JsonSerializer.Serialize(document, JsonSerializerOptions.Web)));
}
