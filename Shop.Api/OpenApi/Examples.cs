using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Shop.Api.Http;

namespace Shop.Api.OpenApi;

/// <summary>
/// Puts an example beside everything that an operation takes or answers: real objects of the very types. Where a status
/// stands for several kinds of problem, there is one of each, by its code.
/// </summary>
internal static class Examples
{
    public static Task Show(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var description = context.Description;
        if (description.ParameterDescriptions.FirstOrDefault(parameter => parameter.Source.Id == "Body") is { } body)
            Put(operation.RequestBody?.Content, ExampleOf(body.Type));
        foreach (var answer in description.SupportedResponseTypes.Where(answer => answer.Type != typeof(Problem)))
            Put(ContentOf(operation, answer), ExampleOf(answer.Type));
        var refused = description.ActionDescriptor.EndpointMetadata.OfType<RefusedAs>().Distinct()
            .ToLookup(refusal => refusal.Kind.Status);
        foreach (var (key, answer) in operation.Responses ?? [])
        {
            if (answer.Content is null || !answer.Content.TryGetValue(ProblemResult.ContentType, out var problem)) continue;
            var status = int.Parse(key, CultureInfo.InvariantCulture);
            Put(problem, [.. refused[status].DefaultIfEmpty(new RefusedAs(Problems.UsualOf(status)))
                .Select(refusal => refusal.Example ?? ExampleValues.Of(refusal.Kind, operation.RequestBody is not null))]);
        }

        return Task.CompletedTask;
    }

    private static IDictionary<string, OpenApiMediaType>? ContentOf(OpenApiOperation operation, ApiResponseType answer) =>
        (operation.Responses ?? []).TryGetValue($"{answer.StatusCode}", out var response) ? response.Content : null;

    private static void Put(OpenApiMediaType media, IReadOnlyList<Problem> problems)
    {
        if (problems.Count == 1) media.Example = ExampleOf(problems[0]);
        else media.Examples = problems.ToDictionary(
            problem => problem.Code, problem => (IOpenApiExample)new OpenApiExample { Value = ExampleOf(problem) });
    }

    private static void Put(IDictionary<string, OpenApiMediaType>? content, JsonNode? example)
    {
        foreach (var media in content?.Values ?? [])
            if (media is { Example: null }) media.Example = example?.DeepClone();
    }

    private static JsonNode? ExampleOf(Type? type) =>
        type is not null && ExampleValues.Of(type) is { } value
            ? value as JsonNode ?? JsonSerializer.SerializeToNode(
                value, ShopJson.Wire.GetTypeInfo(type) ?? JsonSerializerOptions.Web.GetTypeInfo(type))
            : null;

    private static JsonNode? ExampleOf(Problem problem) => JsonSerializer.SerializeToNode(problem, ShopJson.Wire.Problem);
}
