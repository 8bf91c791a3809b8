using System.Globalization;
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NSwag;
using Xunit;

namespace Shop.Tests.Typesense;

/// <summary>
/// Typesense's own description of its API, <c>../shared/spec/typesense-openapi.yml</c> beside the repository. What is
/// held to it: method and path, the names and values of query parameters, bodies by their schemas, and that a request
/// has no property that its schema does not name.
/// </summary>
internal sealed class ApiSpec
{
    // Answers that its gate or its cluster gives to any operation; the description has them for none.
    private static readonly int[] GivenToAll = [401, 403, 422, 500, 503];

    private static readonly string File = Path.Combine(Repository.Root, "..", "shared", "spec", "typesense-openapi.yml");
    private static readonly Lazy<Task<ApiSpec>> Loaded = new(Load);

    private readonly OpenApiDocument _document;

    private ApiSpec(OpenApiDocument document) => _document = document;

    public string Version => _document.Info.Version;

    /// <summary>The description; the test is skipped where it is not.</summary>
    public static Task<ApiSpec> Get()
    {
        if (!System.IO.File.Exists(File)) Assert.Skip("There is no ../shared/spec/typesense-openapi.yml beside the repository.");
        return Loaded.Value;
    }

    /// <summary>Everything that is wrong with it; nothing if it is as described.</summary>
    public IReadOnlyList<string> Violations(Exchange exchange)
    {
        if (Find(exchange) is not var (template, operation)) return [$"There is no {exchange.Method} {exchange.Path}."];
        return
        [
            .. exchange.ApiKey is null && exchange.Path != "/health" ? ["The request has no key."] : Array.Empty<string>(),
            .. OfPath(exchange, template, operation),
            .. OfQuery(exchange, operation),
            .. OfRequest(exchange, operation).Select(fault => "request: " + fault),
            .. OfAnswer(exchange, operation).Select(fault => "answer: " + fault),
        ];
    }

    private static async Task<ApiSpec> Load()
    {
        var document = await OpenApiYamlDocument.FromYamlAsync(await System.IO.File.ReadAllTextAsync(File));
        // A hit's document "can be any key-value pair", and in the example beside that has text and numbers; yet the
        // schema allows objects only. It is taken at its word.
        var hit = document.Components.Schemas["SearchResultHit"].ActualProperties["document"].ActualSchema;
        hit.AdditionalPropertiesSchema = null;
        hit.AllowAdditionalProperties = true;
        return new(document);
    }

    private (string Template, OpenApiOperation Operation)? Find(Exchange exchange) => _document.Paths
        .Where(path => Pattern(path.Key).IsMatch(exchange.Path))
        .OrderBy(path => path.Key.Count(sign => sign == '{'))
        .SelectMany(path => path.Value
            .Where(one => one.Key.Equals(exchange.Method, StringComparison.OrdinalIgnoreCase))
            .Select(one => ((string, OpenApiOperation)?)(path.Key, one.Value)))
        .FirstOrDefault();

    private static Regex Pattern(string template) =>
        new($"^{Regex.Replace(Regex.Escape(template), @"\\\{(\w+)}", "(?<$1>[^/]+)")}$");

    private static IEnumerable<string> OfPath(Exchange exchange, string template, OpenApiOperation operation) =>
        from Group part in Pattern(template).Match(exchange.Path).Groups
        where part.Name != "0"
        from fault in Faults(part.Value, Parameter(operation, part.Name), part.Name)
        select fault;

    private static JsonSchema Parameter(OpenApiOperation operation, string name) =>
        operation.ActualParameters.Single(one => one.Name == name).ActualSchema;

    private static IEnumerable<string> OfQuery(Exchange exchange, OpenApiOperation operation)
    {
        // An object among the parameters is spread: each of its properties is a parameter.
        var known = operation.ActualParameters
            .Where(one => one.Kind == OpenApiParameterKind.Query)
            .SelectMany(one => one.ActualSchema is { ActualProperties.Count: > 0 } schema
                ? Properties(schema)
                : [KeyValuePair.Create(one.Name, one.ActualSchema)])
            .ToDictionary();
        return exchange.Query.SelectMany(one => known.TryGetValue(one.Key, out var schema)
            ? Faults(one.Value, schema, one.Key)
            : [$"There is no query parameter {one.Key}."]);
    }

    private static IEnumerable<string> Faults(string value, JsonSchema schema, string name)
    {
        JToken token = schema.Type switch
        {
            JsonObjectType.Integer when long.TryParse(value, CultureInfo.InvariantCulture, out var number) => number,
            JsonObjectType.Boolean when bool.TryParse(value, out var truth) => truth,
            _ => value,
        };
        return schema.Validate(token).Select(fault => $"{name} is {value}: {fault.Kind}");
    }

    private static IEnumerable<string> OfRequest(Exchange exchange, OpenApiOperation operation)
    {
        if (operation.ActualRequestBody is not { } expected)
            return exchange.Body.Length == 0 ? [] : ["There is to be no body."];
        if (exchange.Body.Length == 0) return expected.IsRequired ? ["There is to be a body."] : [];
        return OfBody(exchange.Body, exchange.ContentType, expected.Content, closed: true);
    }

    private IEnumerable<string> OfAnswer(Exchange exchange, OpenApiOperation operation)
    {
        if (operation.ActualResponses.TryGetValue(exchange.Status.ToString(CultureInfo.InvariantCulture), out var expected))
            return OfBody(exchange.Answer, exchange.AnswerType, expected.Content, closed: false);
        return GivenToAll.Contains(exchange.Status)
            ? Faults(exchange.Answer, _document.Components.Schemas["ApiResponse"], closed: false)
            : [$"There is no status {exchange.Status}."];
    }

    private static IEnumerable<string> OfBody(
        string body, string? type, IDictionary<string, OpenApiMediaType> content, bool closed)
    {
        type = type?.Split(';')[0];
        if (!content.TryGetValue(type ?? "", out var expected)) return [$"Its type is {type}."];
        return type == "application/json"
            ? Faults(body, expected.Schema, closed)
            : body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => Parse(line) is not JObject)
                .Select(line => $"A line is no object: {line}");
    }

    private static IEnumerable<string> Faults(string json, JsonSchema schema, bool closed) => Parse(json) is { } token
        ? schema.Validate(token).SelectMany(Leaves).Select(fault => fault.ToString())
            .Concat(closed ? Unknown(token, schema.ActualSchema) : [])
        : ["It is no JSON."];

    private static IEnumerable<NJsonSchema.Validation.ValidationError> Leaves(NJsonSchema.Validation.ValidationError fault) =>
        fault is NJsonSchema.Validation.ChildSchemaValidationError parent
            ? parent.Errors.Values.SelectMany(children => children).SelectMany(Leaves)
            : [fault];

    private static JToken? Parse(string json)
    {
        try
        {
            return JToken.Parse(json);
        }
        catch (JsonReaderException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Unknown(JToken token, JsonSchema schema)
    {
        if (token is JArray array && schema.Item is { } item)
            return array.SelectMany(one => Unknown(one, item.ActualSchema));
        if (token is not JObject body || Properties(schema).ToDictionary() is not { Count: > 0 } known) return [];
        return body.Properties().SelectMany(property => known.TryGetValue(property.Name, out var one)
            ? Unknown(property.Value, one)
            : [$"{property.Path} is unknown."]);
    }

    private static IEnumerable<KeyValuePair<string, JsonSchema>> Properties(JsonSchema schema) => schema.Properties
        .Select(property => KeyValuePair.Create(property.Key, property.Value.ActualSchema))
        .Concat(schema.AllOf.SelectMany(part => Properties(part.ActualSchema)));
}
