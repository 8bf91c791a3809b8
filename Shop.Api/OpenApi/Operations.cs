using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Shop.Api.Http;

namespace Shop.Api.OpenApi;

/// <summary>What every operation says beside its own summary: a name for generated code, and whom it is for.</summary>
internal static class Operations
{
    public const string Bearer = "bearer";
    public const string Session = "session";

    public static Task Complete(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.OperationId ??= IdOf(context.Description);
        operation.Description ??= $"{operation.Summary}. {Whom(metadata)}";
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
            Parameters.Complete(parameter, context.Description.RelativePath ?? "");
        operation.Security = Keys(metadata, context.Document!);
        return Task.CompletedTask;
    }

    /// <summary>Whether a guest's session is looked for.</summary>
    public static bool IsForGuests(IEnumerable<object> metadata) =>
        metadata.OfType<IAuthorizeData>().Any(policy => policy.Policy == Policies.Caller);

    /// <summary>Its method and address, such as <c>putCartItemsBySku</c>.</summary>
    private static string IdOf(ApiDescription description)
    {
        var words = description.RelativePath!.Split(['/', '-'], StringSplitOptions.RemoveEmptyEntries)
            .Select(step => step.StartsWith('{') ? "By" + Capital(step[1..^1].Split(':')[0]) : Capital(step));
        return description.HttpMethod!.ToLowerInvariant() + string.Concat(words);
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static string Whom(IList<object> metadata) => PolicyOf(metadata) switch
    {
        null => "For anyone.",
        Policies.Ops => "Needs a token with the role ops.",
        Policies.Caller => "For people with a token and guests with a session; each sees only their own.",
        _ => "Needs a token.",
    };

    private static List<OpenApiSecurityRequirement> Keys(IList<object> metadata, OpenApiDocument document)
    {
        OpenApiSecurityRequirement By(string scheme) =>
            new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };

        return PolicyOf(metadata) switch
        {
            null => [],
            Policies.Caller => [By(Bearer), By(Session), []],
            _ => [By(Bearer)],
        };
    }

    private static string? PolicyOf(IList<object> metadata) =>
        metadata.OfType<IAuthorizeData>().LastOrDefault()?.Policy;
}
