using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Shop.IntegrationTests.Contract;

/// <summary>A request that someone who means harm, or errs, might send.</summary>
internal sealed record HostileRequest(
    Operation Operation, string Target, string What, byte[]? Body, string? ContentType, (string Name, string Value)? Header)
{
    public string Method => Operation.Method;

    /// <summary>A part of the address is empty, or is a step up: some other operation is asked, or none.</summary>
    public bool LeadsElsewhere { get; init; }
}

/// <summary>
/// Spoils what an operation takes: one thing at a time, drawn from a seeded generator, with the rest as the document
/// says it should be.
/// </summary>
internal sealed class HostileInputs(Random random, string knownSku)
{
    private static readonly string[] Texts =
    [
        "", " ", "'", "\"", "\\", "%", "%00", "%2e%2e%2f", "..", "null", "true", "NaN", "-1", "0", "1.5", "1e400", "1e-400",
        "9223372036854775808", "-9223372036854775809", "2147483648", "' or '1'='1", "; drop table orders.orders", "<script>",
        "\u202e", "😀", "é", "İ", "\t", "\r\nX-Injected: 1", "{}", "[]", "00000000-0000-0000-0000-000000000000", "A", "a,b",
        "${jndi:ldap://x}", "{{7*7}}", "../../etc/passwd", "*", "?", "#", "&&", "|", "\u0000", "\u0001", "\ufffe",
    ];

    private static readonly string[] Literals =
    [
        "null", "true", "0", "-1", "1.5", "1e400", "-0", "2147483647", "2147483648", "9223372036854775807",
        "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", "\"\"", "\" \"", "\"x\"",
        "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u202e\"", "[]", "{}", "[null]", "[[[[]]]]", "{\"amount\":1}",
        "[1,2,3]", "\"2026-13-45T99:99:99Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"0001-01-01T00:00:00Z\"", "\"12\"",
        "\"4242424242424242\"",
    ];

    private static readonly byte[][] Bodies =
    [
        [], "null"u8.ToArray(), "[]"u8.ToArray(), "\"text\""u8.ToArray(), "{"u8.ToArray(), "{}"u8.ToArray(), "{,}"u8.ToArray(),
        "{\"a\":1,}"u8.ToArray(), "\ufeff{}"u8.ToArray(), [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00], [0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d],
        [0x00], "{}{}"u8.ToArray(), "// {}"u8.ToArray(), "<xml/>"u8.ToArray(), "a=b&c=d"u8.ToArray(),
        Encoding.UTF8.GetBytes(new string('[', 5_000)), Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('x', 70_000)}\"}}"),
    ];

    private static readonly string?[] ContentTypes =
    [
        null, "", "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data",
        "application/json; charset=utf-16", "application/json; charset=nonsense", "json", "application/jsonp",
    ];

    private static readonly string[] HeaderNames =
    [
        "Authorization", "Cookie", "Idempotency-Key", "If-None-Match", "Last-Event-ID", "Accept", "Accept-Encoding",
        "Accept-Language", "Stripe-Signature", "traceparent", "Range", "X-Forwarded-For", "Origin", "X-HTTP-Method-Override", "Expect-Ct",
    ];

    /// <summary>So many different spoilt requests of one operation.</summary>
    public IEnumerable<HostileRequest> Of(Operation operation, int count)
    {
        var parameters = operation.Parameters();
        var schema = operation.BodySchema();
        for (var i = 0; i < count; i++)
        {
            var way = random.Next(10);
            yield return way switch
            {
                < 4 when parameters.Any(IsInTarget) => SpoiltParameter(operation, parameters, schema),
                < 8 when schema is not null => SpoiltField(operation, parameters, schema.Value),
                8 when schema is not null => SpoiltBody(operation, parameters),
                9 => SpoiltHeader(operation, parameters, schema),
                _ => UnknownQuery(operation, parameters, schema),
            };
        }
    }

    private static bool IsInTarget(Parameter parameter) => parameter.In is "path" or "query";

    private HostileRequest SpoiltParameter(
        Operation operation, IReadOnlyList<Parameter> parameters, JsonElement? schema)
    {
        var spoilt = Pick([.. parameters.Where(IsInTarget)]);
        var value = Text();
        var target = Target(operation, parameters, spoilt, value);
        if (spoilt.In == "query" && random.Next(4) == 0) target += "&" + Uri.EscapeDataString(spoilt.Name) + "=" + Uri.EscapeDataString(Text());
        return Request(operation, target, $"{spoilt.Name} = {Shown(value)}", schema) with
        {
            LeadsElsewhere = spoilt.In == "path" && value is "" or "." or "..",
        };
    }

    private HostileRequest UnknownQuery(Operation operation, IReadOnlyList<Parameter> parameters, JsonElement? schema)
    {
        var target = Target(operation, parameters, null, "");
        var name = random.Next(2) == 0 ? Uri.EscapeDataString(Text()) : "q" + random.Next();
        target += (target.Contains('?') ? "&" : "?") + name + "=" + Uri.EscapeDataString(Text());
        return Request(operation, target, "an unknown query parameter", schema);
    }

    private HostileRequest SpoiltHeader(Operation operation, IReadOnlyList<Parameter> parameters, JsonElement? schema)
    {
        var name = Pick(HeaderNames);
        var value = new string([.. Text().Where(c => c is >= ' ' and <= '~')]);
        if (name == "Authorization" && random.Next(2) == 0) value = "Bearer " + value;
        return Request(operation, Target(operation, parameters, null, ""), $"{name}: {Shown(value)}", schema) with
        {
            Header = (name, value),
        };
    }

    private HostileRequest SpoiltBody(Operation operation, IReadOnlyList<Parameter> parameters)
    {
        var body = Pick(Bodies);
        var type = random.Next(3) == 0 ? Pick(ContentTypes) : "application/json";
        return new HostileRequest(operation, Target(operation, parameters, null, ""),
            $"a body of {body.Length} bytes as {type ?? "nothing"}", body, type, Key(operation));
    }

    private HostileRequest SpoiltField(Operation operation, IReadOnlyList<Parameter> parameters, JsonElement schema)
    {
        var valid = Example.Of(operation, schema, knownSku);
        var text = valid?.ToJsonString() ?? "null";
        var paths = Paths(valid).ToList();
        var what = "an unknown member";
        if (paths.Count == 0 || random.Next(8) == 0)
            text = text.Insert(1, $"\"unknown{random.Next()}\":1{(text.Length > 2 ? "," : "")}");
        else
        {
            var path = Pick(paths);
            var literal = random.Next(3) == 0 ? JsonValue.Create(Text()).ToJsonString() : Pick(Literals);
            what = $"{path} = {Shown(literal)}";
            text = random.Next(6) switch
            {
                0 => Without(valid!, path),
                1 => text.Insert(1, $"\"{path.Split('.')[0]}\":{literal},"),
                _ => With(valid!, path, literal),
            };
        }

        return new HostileRequest(operation, Target(operation, parameters, null, ""), what,
            Encoding.UTF8.GetBytes(text), "application/json", Key(operation));
    }

    private HostileRequest Request(Operation operation, string target, string what, JsonElement? schema) => new(
        operation, target, what,
        schema is { } body ? Encoding.UTF8.GetBytes(Example.Of(operation, body, knownSku)?.ToJsonString() ?? "null") : null,
        schema is null ? null : "application/json", Key(operation));

    private (string, string)? Key(Operation operation) =>
        operation.Parameters().Any(parameter => parameter.Name == "Idempotency-Key")
            ? ("Idempotency-Key", $"hostile-{random.Next():x}{random.Next():x}")
            : null;

    private string Target(Operation operation, IReadOnlyList<Parameter> parameters, Parameter? spoilt, string value)
    {
        var target = operation.Path;
        foreach (var parameter in parameters.Where(parameter => parameter.In == "path"))
            target = target.Replace($"{{{parameter.Name}}}", Uri.EscapeDataString(
                parameter == spoilt ? value : Example.OfParameter(parameter, knownSku)), StringComparison.Ordinal);
        return spoilt is { In: "query" } ? $"{target}?{spoilt.Name}={Uri.EscapeDataString(value)}" : target;
    }

    private string Text() => random.Next(8) switch
    {
        0 => new string('x', 1 + random.Next(6_000)),
        1 => new string([.. Enumerable.Range(0, 1 + random.Next(40)).Select(_ => (char)random.Next(1, 0xd7ff))]),
        _ => Pick(Texts),
    };

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private static IEnumerable<string> Paths(JsonNode? node, string prefix = "") => node is not JsonObject members
        ? []
        : members.SelectMany(member => Paths(member.Value, $"{prefix}{member.Key}.").Prepend(prefix + member.Key));

    private static string With(JsonNode valid, string path, string literal)
    {
        // The literal may be no JSON value that a tree can hold, so it is put into the text.
        const string mark = "\"\u0007\"";
        var copy = valid.DeepClone();
        Parent(copy, path)[path.Split('.')[^1]] = "\u0007";
        return copy.ToJsonString().Replace("\"\\u0007\"", literal, StringComparison.Ordinal)
            .Replace(mark, literal, StringComparison.Ordinal);
    }

    private static string Without(JsonNode valid, string path)
    {
        var copy = valid.DeepClone();
        Parent(copy, path).Remove(path.Split('.')[^1]);
        return copy.ToJsonString();
    }

    private static JsonObject Parent(JsonNode root, string path)
    {
        foreach (var step in path.Split('.')[..^1]) root = root[step]!;
        return root.AsObject();
    }

    private static string Shown(string value) => value.Length <= 60 ? value : $"{value[..60]}… ({value.Length})";
}
