using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Primitives;
using Microsoft.OpenApi;
using Shop.Api.Http;
using Shop.Api.OpenApi;

namespace Shop.Api.Requests;

/// <summary>
/// Reads the header <c>Idempotency-Key</c>: bare, or a quoted string (draft-ietf-httpapi-idempotency-key-header;
/// RFC 9651, 3.3.3). Both forms of one key are the same key: 1 to 255 visible ASCII characters.
/// </summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    private const int Longest = 255;

    /// <returns>The key, or why there is none.</returns>
    public static (string? Key, ProblemResult? Problem) Read(StringValues header)
    {
        if (StringValues.IsNullOrEmpty(header))
            return (null, Problems.KeyMissing.Because("Send one for each checkout that is meant, and again with a repeat."));
        var key = header.Count == 1 ? Unquote(header[0]!) : null;
        return key is { Length: >= 1 and <= Longest } && !key.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? (key, null)
            : (null, Problems.Invalid(Header, $"It must be one key of 1 to {Longest} visible ASCII characters."));
    }

    /// <summary>It is read by hand, so the OpenAPI document has to be told of it.</summary>
    public static Task Document(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.TakeHeader(
            Header, "Names the checkout that is meant: a repeat under the same key orders nothing more.",
            isRequired: true, most: Longest + 2);
        return Task.CompletedTask;
    }

    private static string? Unquote(string value)
    {
        if (value[0] != '"') return value.Contains('"', StringComparison.Ordinal) ? null : value;
        var key = new StringBuilder(value.Length);
        for (var i = 1; i < value.Length; i++)
        {
            if (value[i] == '"') return i == value.Length - 1 ? key.ToString() : null;
            if (value[i] == '\\' && (++i == value.Length || value[i] is not ('"' or '\\'))) return null;
            key.Append(value[i]);
        }

        return null;
    }
}
