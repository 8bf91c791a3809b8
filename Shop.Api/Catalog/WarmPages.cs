using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Shop.Api.Http;

namespace Shop.Api.Catalog;

/// <summary>
/// Answers a plain request for a product page that is in memory before anything else looks at it: what most requests are
/// must not pay for what the others need. Whatever is not as plain as that goes on to the route, which answers alike.
/// </summary>
internal sealed class WarmPages(RequestDelegate next, CatalogueCache cache, IConfiguration configuration)
{
    private const string Prefix = "/products/";

    private static readonly StringValues Origin = HeaderNames.Origin;

    /// <summary>Answers differ by origin, of which this knows nothing but that caches have to heed it.</summary>
    private readonly bool _varies = CrossOrigin.IsConfigured(configuration);

    public Task InvokeAsync(HttpContext context)
    {
        if (Kept(context.Request) is not { } page) return next(context);
        if (_varies) context.Response.Headers.Vary = Origin;
        SecurityHeaders.SetTransport(context);
        CacheMeters.Warm.Add(1);
        return CatalogueAnswer.Send(context, page);
    }

    private CataloguePage? Kept(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) || request.Path.Value is not { } path
            || !path.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var sku = path.AsSpan(Prefix.Length);
        return Sku.IsWellFormed(sku) && IsPlain(request) ? cache.KeptPage(sku) : null;
    }

    /// <summary>Without what may be refused, and without an origin where one may matter.</summary>
    private bool IsPlain(HttpRequest request) =>
        !request.QueryString.HasValue && !request.PathBase.HasValue && request.Headers.ContentType.Count == 0
        && !(_varies && request.Headers.Origin.Count > 0);
}
