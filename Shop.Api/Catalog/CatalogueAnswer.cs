using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Shop.Api.Http;

namespace Shop.Api.Catalog;

/// <summary>How everything that anyone may browse is answered: cacheable, with a strong tag of the very bytes.</summary>
internal static class CatalogueAnswer
{
    /// <summary>A CDN may stand in front.</summary>
    private static readonly StringValues Cached = "public, max-age=60, stale-while-revalidate=300";

    private static readonly StringValues Json = "application/json; charset=utf-8";

    /// <summary>The bytes, or 304 if the client has them.</summary>
    public static IResult Of(HttpContext context, CataloguePage page) => new Result(page);

    public static IResult Of(HttpContext context, byte[] json) => new Result(CataloguePage.Of(json));

    /// <summary>
    /// Sends it at once, without anything in between. Who has it is told so first, and nothing that a 304 need not have
    /// (RFC 9110, 15.4.5) is prepared for it.
    /// </summary>
    public static Task Send(HttpContext context, CataloguePage page)
    {
        var (request, response) = (context.Request, context.Response);
        var headers = response.Headers;
        headers.CacheControl = Cached;
        headers.ETag = page.ETagField;
        var known = request.Headers.IfNoneMatch;
        if (known.Count > 0 && IsKnown(request, known, page.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        SecurityHeaders.SetOfData(headers);
        headers.ContentType = Json;
        headers.ContentLength = page.Json.Length;
        var writing = response.BodyWriter.WriteAsync(page.Json);
        return writing.IsCompletedSuccessfully ? Task.CompletedTask : writing.AsTask();
    }

    /// <summary>RFC 9110, 13.1.2: compared weakly; <c>*</c> stands for any. Most send back the one they got.</summary>
    private static bool IsKnown(HttpRequest request, StringValues known, string eTag) =>
        (known.Count == 1 && string.Equals(known[0], eTag, StringComparison.Ordinal))
        || request.GetTypedHeaders().IfNoneMatch.Any(tag =>
            tag.Equals(EntityTagHeaderValue.Any) || tag.Tag.Equals(eTag, StringComparison.Ordinal));

    private sealed class Result(CataloguePage page) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Send(httpContext, page);
    }
}
