using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Shop.Api.Http;
using Shop.Api.RateLimiting;

namespace Shop.Api.OpenApi;

/// <summary>On a route: a field of the header of one of its answers.</summary>
internal sealed record AnswerHeader(int Status, string Name, string Description);

/// <summary>
/// What operations answer without saying so themselves: the refusals of what stands before every route, and the fields
/// of the header.
/// </summary>
internal static class Answers
{
    /// <summary>Documents a field of the header that the route itself sets.</summary>
    public static RouteHandlerBuilder Tells(this RouteHandlerBuilder route, int status, string name, string description) =>
        route.WithMetadata(new AnswerHeader(status, name, description));

    public static async Task Complete(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = new EndpointMetadataCollection(context.Description.ActionDescriptor.EndpointMetadata);
        var group = RateLimits.GroupOf(metadata);
        var problem = await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancellationToken);
        void MayRefuse(int status, string description) => (operation.Responses ??= []).TryAdd(
            status.ToString(CultureInfo.InvariantCulture), new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType> { [ProblemResult.ContentType] = new() { Schema = problem } },
            });

        MayRefuse(400, "Bad Request"); // at least for a query that is too long
        if (operation.RequestBody is not null)
        {
            MayRefuse(413, "Content Too Large");
            MayRefuse(415, "Unsupported Media Type");
        }

        if (group is not null) MayRefuse(429, "Too Many Requests");
        if (operation.Responses!.ContainsKey("304"))
            operation.TakeHeader("If-None-Match", "The ETag of what the client has: 304 says that it is still so.");
        foreach (var (key, answer) in operation.Responses)
        {
            if (answer is not OpenApiResponse response) continue;
            var status = int.Parse(key, CultureInfo.InvariantCulture);
            foreach (var (name, description) in FieldsOf(status, group, metadata, operation))
                (response.Headers ??= new Dictionary<string, IOpenApiHeader>())[name] = Header(description);
        }
    }

    private static IEnumerable<(string Name, string Description)> FieldsOf(
        int status, RateGroup? group, EndpointMetadataCollection metadata, OpenApiOperation operation)
    {
        if (status == 401) yield return ("WWW-Authenticate", "Bearer, and what is wrong with the token.");
        if (status is 429 or 503) yield return ("Retry-After", "Seconds until the same request may come again.");
        if (group is not null && (status == 429 || RateLimits.Tells(group.Value)))
        {
            yield return ("RateLimit", "What is left of each quota, and when it is whole again.");
            yield return ("RateLimit-Policy", "The quotas that the request was counted by.");
        }

        if (status is 200 or 304 && operation.Responses!.ContainsKey("304"))
        {
            yield return ("ETag", "A strong tag of these very bytes.");
            yield return ("Cache-Control", "For how long a cache may keep it.");
        }

        if (status < 300 && Operations.IsForGuests(metadata))
            yield return ("Set-Cookie", "Of a guest: the session, when it begins and when it is renewed.");
        foreach (var field in metadata.GetOrderedMetadata<AnswerHeader>())
            if (field.Status == status) yield return (field.Name, field.Description);
    }

    private static OpenApiHeader Header(string description) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
