using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Shop.Api.Catalog;

/// <summary>
/// An answer, ready to be sent. Its tag is strong: of the very bytes, since stock changes without the product's version.
/// </summary>
internal sealed record CataloguePage(byte[] Json, string ETag)
{
    /// <summary>The tag as a header takes it.</summary>
    public StringValues ETagField { get; } = ETag;

    public static CataloguePage Of(byte[] json)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, hash);
        return new CataloguePage(json, $"\"{WebEncoders.Base64UrlEncode(hash[..15])}\"");
    }

    /// <summary>The tag follows from the bytes.</summary>
    public static CachedSerializer<CataloguePage> Serializer { get; } = new(
        static (page, target) => target.Write(page.Json), static bytes => Of(bytes.ToArray()));
}
