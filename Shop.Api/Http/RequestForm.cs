using Microsoft.Net.Http.Headers;

namespace Shop.Api.Http;

/// <summary>
/// Refuses what no route would take: a query that is long or has many parts, and a body in another encoding than
/// UTF-8, which is what JSON is in (RFC 8259, 8.1).
/// </summary>
internal sealed class RequestForm(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        Fault(context.Request) is { } refusal ? refusal.ExecuteAsync(context) : next(context);

    internal static ProblemResult? Fault(HttpRequest request)
    {
        if (request.QueryString is { HasValue: true, Value: { } query })
        {
            if (query.Length > Limits.QueryCharacters)
                return Problems.Invalid("query", $"It may have {Limits.QueryCharacters} characters.");
            if (query.AsSpan().Count('&') >= Limits.QueryParameters)
                return Problems.Invalid("query", $"It may have {Limits.QueryParameters} parameters.");
        }

        return request.ContentType is { } type && !IsUtf8(type) ? Problems.OfStatus(415) : null;
    }

    private static bool IsUtf8(string contentType) =>
        !contentType.Contains("charset", StringComparison.OrdinalIgnoreCase)
        || !MediaTypeHeaderValue.TryParse(contentType, out var type)
        || type.Charset.Length == 0
        || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
