using Microsoft.Extensions.Primitives;

namespace Shop.Api.Http;

/// <summary>What tells a browser to do nothing with an answer but hand it to whoever asked.</summary>
internal static class SecurityHeaders
{
    public const string DocumentsPath = "/scalar";

    /// <summary>Nothing here is a page: nothing is loaded, run or framed.</summary>
    private const string OfData = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>The one page shows the OpenAPI document, with scripts and styles of its own.</summary>
    private const string OfDocuments =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues PolicyOfData = OfData;
    private static readonly StringValues PolicyOfDocuments = OfDocuments;
    private static readonly StringValues HttpsForAYear = "max-age=31536000; includeSubDomains";

    public static void Set(HttpContext context)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        SetOfData(headers);
        if (request.Path.StartsWithSegments(DocumentsPath)) headers.ContentSecurityPolicy = PolicyOfDocuments;
        SetTransport(context);
    }

    /// <summary>Those of an answer that is no page.</summary>
    public static void SetOfData(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        headers.ContentSecurityPolicy = PolicyOfData;
    }

    /// <summary>The one that depends on how the client has come.</summary>
    public static void SetTransport(HttpContext context)
    {
        var request = context.Request;
        if (request.IsHttps && !Loopback.IsHost(request.Host))
            context.Response.Headers.StrictTransportSecurity = HttpsForAYear;
    }
}
