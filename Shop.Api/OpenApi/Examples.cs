using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Shop.Api.Http;

namespace Shop.Api.OpenApi;

/// <summary>Puts an example beside everything that an operation takes or answers: real objects of the very types.</summary>
internal static class Examples
{
    public static Task Show(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var description = context.Description;
        if (description.ParameterDescriptions.FirstOrDefault(parameter => parameter.Source.Id == "Body") is { } body)
            Put(operation.RequestBody?.Content, ExampleOf(body.Type));
        foreach (var answer in description.SupportedResponseTypes)
            Put(ContentOf(operation, answer), answer.Type == typeof(Problem)
                ? ExampleOf(Problems.OfStatus(answer.StatusCode))
                : ExampleOf(answer.Type));
        // Those that were added by another transformer.
        foreach (var (status, answer) in operation.Responses ?? [])
            if (answer.Content is not null && answer.Content.TryGetValue(ProblemResult.ContentType, out var problem))
                Put(problem, ExampleOf(Problems.OfStatus(int.Parse(status, null))));
        return Task.CompletedTask;
    }

    private static IDictionary<string, OpenApiMediaType>? ContentOf(OpenApiOperation operation, ApiResponseType answer) =>
        (operation.Responses ?? []).TryGetValue($"{answer.StatusCode}", out var response) ? response.Content : null;

    private static void Put(IDictionary<string, OpenApiMediaType>? content, JsonNode? example)
    {
        foreach (var media in content?.Values ?? []) Put(media, example);
    }

    private static void Put(OpenApiMediaType media, JsonNode? example)
    {
        if (media is { Example: null }) media.Example = example?.DeepClone();
    }

    private static JsonNode? ExampleOf(Type? type) =>
        type is not null && ExampleValues.Of(type) is { } value
            ? value as JsonNode ?? JsonSerializer.SerializeToNode(
                value, ShopJson.Wire.GetTypeInfo(type) ?? JsonSerializerOptions.Web.GetTypeInfo(type))
            : null;

    private static JsonNode? ExampleOf(ProblemResult refusal) => JsonSerializer.SerializeToNode(
        refusal.Problem with { TraceId = ExampleValues.TraceId }, ShopJson.Wire.Problem);
}
