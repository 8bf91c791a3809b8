using System.Globalization;
using System.Text.Json;

namespace Shop.IntegrationTests.Contract;

/// <summary>One method on one path of an OpenAPI document.</summary>
internal sealed record Operation(string Method, string Path, JsonElement Definition, JsonElement Root)
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    public static IReadOnlyList<Operation> All(JsonDocument document) =>
    [
        .. from path in document.RootElement.GetProperty("paths").EnumerateObject()
           from method in path.Value.EnumerateObject()
           where Methods.Contains(method.Name)
           select new Operation(method.Name.ToUpperInvariant(), path.Name, method.Value, document.RootElement),
    ];

    public override string ToString() => $"{Method} {Path}";

    public IEnumerable<(int? Status, JsonElement Value)> Responses() =>
        Definition.GetProperty("responses").EnumerateObject().Select(response => (
            int.TryParse(response.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : (int?)null,
            Resolved(response.Value)));

    /// <summary>Everything with a media type that it takes or answers with.</summary>
    public IEnumerable<(string Where, string MediaType, JsonElement Value)> Contents()
    {
        if (RequestBody() is { } body)
            foreach (var content in ContentOf(body)) yield return ("request", content.Name, content.Value);
        foreach (var (status, response) in Responses())
            foreach (var content in ContentOf(response)) yield return ($"{status}", content.Name, content.Value);
    }

    public JsonElement? RequestBody() =>
        Definition.TryGetProperty("requestBody", out var body) ? Resolved(body) : null;

    /// <summary>The schema of the JSON that it takes.</summary>
    public JsonElement? BodySchema() =>
        RequestBody() is { } body
        && body.GetProperty("content").TryGetProperty("application/json", out var json)
        && json.TryGetProperty("schema", out var schema)
            ? Resolved(schema)
            : null;

    public IReadOnlyList<Parameter> Parameters() => !Definition.TryGetProperty("parameters", out var parameters)
        ? []
        :
        [
            .. parameters.EnumerateArray().Select(Resolved).Select(parameter => new Parameter(
                parameter.GetProperty("name").GetString()!,
                parameter.GetProperty("in").GetString()!,
                Resolved(parameter.GetProperty("schema")))),
        ];

    /// <summary>What a <c>$ref</c> points at, or the element itself.</summary>
    public JsonElement Resolved(JsonElement element)
    {
        while (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out var reference))
        {
            var target = Root;
            foreach (var step in reference.GetString()!.Split('/').Skip(1))
                target = target.GetProperty(step.Replace("~1", "/").Replace("~0", "~"));
            element = target;
        }

        return element;
    }

    private static IEnumerable<JsonProperty> ContentOf(JsonElement owner) =>
        owner.TryGetProperty("content", out var content) ? content.EnumerateObject() : [];
}

internal sealed record Parameter(string Name, string In, JsonElement Schema);
