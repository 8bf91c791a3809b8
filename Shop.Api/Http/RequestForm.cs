using Microsoft.Net.Http.Headers;

namespace Shop.Api.Http;

/// <summary>
/// Refuses what no route would take: a query that is long or has many parts, and a body in another encoding than
/// UTF-8, which is what JSON is in (RFC 8259, 8.1).
/// </summary>
internal sealed class RequestForm(RequestDelegate next)
{
    private const string Utf8 = "utf-8";

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

        return request.ContentType is { } type && type.Contains("charset", StringComparison.OrdinalIgnoreCase)
            ? FaultOfCharset(request, type) : null;
    }

    private static ProblemResult? FaultOfCharset(HttpRequest request, string contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)) return Problems.OfStatus(415);
        if (type.Charset.Length == 0) return null;
        if (!HeaderUtilities.RemoveQuotes(type.Charset).Equals(Utf8, StringComparison.OrdinalIgnoreCase))
            return Problems.OfStatus(415);
        // The framework takes a quoted one (RFC 9110, 5.6.6) for an encoding of that very name.
        type.Charset = Utf8;
        request.ContentType = type.ToString();
        return null;
    }
}
