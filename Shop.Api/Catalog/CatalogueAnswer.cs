using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Shop.Api.Catalog;

/// <summary>How everything that anyone may browse is answered: cacheable, with a strong tag of the very bytes.</summary>
internal static class CatalogueAnswer
{
    /// <summary>A CDN may stand in front.</summary>
    private const string Cached = "public, max-age=60, stale-while-revalidate=300";

    /// <summary>The bytes, or 304 if the client has them.</summary>
    public static IResult Of(HttpContext context, byte[] json, string eTag)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = Cached;
        headers.ETag = eTag;
        return IsKnown(context.Request, eTag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(json, "application/json; charset=utf-8");
    }

    public static IResult Of(HttpContext context, byte[] json) => Of(context, json, ETagOf(json));

    public static string ETagOf(byte[] json)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, hash);
        return $"\"{WebEncoders.Base64UrlEncode(hash[..15])}\"";
    }

    /// <summary>RFC 9110, 13.1.2: compared weakly; <c>*</c> stands for any.</summary>
    private static bool IsKnown(HttpRequest request, string eTag) =>
        request.Headers.IfNoneMatch.Count > 0
        && request.GetTypedHeaders().IfNoneMatch.Any(known =>
            known.Equals(EntityTagHeaderValue.Any) || known.Tag.Equals(eTag, StringComparison.Ordinal));
}
