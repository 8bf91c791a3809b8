using System.Text.Json;
using System.Text.Json.Nodes;

namespace Shop.IntegrationTests.Contract;

/// <summary>What an operation takes, as its document shows it.</summary>
internal static class Example
{
    /// <summary>The example of its body, or one that is made from the schema where there is none.</summary>
    public static JsonNode? Of(Operation operation, JsonElement schema, string knownSku)
    {
        var json = operation.RequestBody()!.Value.GetProperty("content").GetProperty("application/json");
        var node = json.TryGetProperty("example", out var example) ? JsonNode.Parse(example.GetRawText()) : Made(operation, schema);
        if (node is JsonObject members && members.ContainsKey("sku")) members["sku"] = knownSku;
        return node;
    }

    public static string OfParameter(Parameter parameter, string knownSku) =>
        parameter.Name == "sku" ? knownSku
        : parameter.Schema.TryGetProperty("example", out var example) ? example.ToString()
        : Guid.Empty.ToString();

    private static JsonNode? Made(Operation operation, JsonElement schema)
    {
        schema = operation.Resolved(schema);
        switch (TypeOf(schema))
        {
            case "object":
                var members = new JsonObject();
                if (schema.TryGetProperty("properties", out var properties))
                    foreach (var property in properties.EnumerateObject())
                        members[property.Name] = Made(operation, property.Value);
                return members;
            case "array":
                return schema.TryGetProperty("items", out var items) ? new JsonArray(Made(operation, items)) : [];
            case "integer" or "number":
                return 1;
            case "boolean":
                return true;
            default:
                return "x";
        }
    }

    private static string TypeOf(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? "string"
        : type.ValueKind == JsonValueKind.String ? type.GetString()!
        : type.EnumerateArray().Select(one => one.GetString()!).First(one => one != "null");
}
