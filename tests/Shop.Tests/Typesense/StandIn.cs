using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Shop.Tests.Typesense;

/// <summary>
/// Stands in for Typesense where the order of requests is what matters: collections, aliases, imports, deletions and
/// listings by id, synonym sets and keys, in memory. It finds nothing by words, and that something works with it says
/// nothing of whether Typesense would rank, filter or count so.
/// </summary>
internal sealed class StandIn : IAsyncDisposable
{
    private const string Lines = "application/octet-stream";

    private readonly Dictionary<string, (JsonObject Schema, SortedDictionary<string, JsonObject> Documents)> _collections = [];
    private readonly SortedDictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonNode> _synonyms = [];
    private readonly Dictionary<long, JsonObject> _keys = [];
    private ScriptedServer _server = null!;
    private long _lastKey;

    public Uri Address => _server.Address;

    public IReadOnlyList<Exchange> Exchanges => _server.Exchanges;

    /// <summary>What changed something, in order.</summary>
    public IEnumerable<string> Changes => Exchanges
        .Where(exchange => exchange.Method != "GET" && exchange.Path != "/multi_search")
        .Select(exchange => exchange.ToString());

    public IReadOnlyDictionary<string, string> Aliases => _aliases;

    public IEnumerable<string> Collections => _collections.Keys;

    public IEnumerable<JsonObject> Keys => _keys.Values;

    /// <summary>Ids of documents that it refuses.</summary>
    public HashSet<string> Refused { get; } = [];

    public static async Task<StandIn> Start()
    {
        var standIn = new StandIn();
        standIn._server = await ScriptedServer.Start((exchange, _) => Task.FromResult(standIn.Answer(exchange)));
        return standIn;
    }

    public IEnumerable<string> Ids(string collection) =>
        _collections[_aliases.GetValueOrDefault(collection, collection)].Documents.Keys;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public void Create(string collection) => Create(new JsonObject { ["name"] = collection, ["fields"] = new JsonArray() });

    private Reply Answer(Exchange exchange)
    {
        lock (_collections)
            return (exchange.Method, exchange.Path.Split('/')[1..]) switch
            {
                ("GET", ["aliases"]) => Said(new JsonObject { ["aliases"] = new JsonArray([.. _aliases.Keys.Select(Alias)]) }),
                ("PUT", ["aliases", var name]) => Point(name, exchange),
                ("DELETE", ["aliases", var name]) => Alias(name) is var was && _aliases.Remove(name) ? Said(was) : NotFound,
                ("GET", ["collections"]) => Said(new JsonArray([.. _collections.Keys.Select(Collection)])),
                ("POST", ["collections"]) => Said(Create(Body(exchange)), 201),
                ("DELETE", ["collections", var name]) when _collections.ContainsKey(name) =>
                    Collection(name) is var was && _collections.Remove(name) ? Said(was) : NotFound,
                ("POST", ["collections", var name, "documents", "import"]) => Import(name, exchange),
                ("DELETE", ["collections", var name, "documents"]) => Delete(name, exchange),
                ("POST", ["multi_search"]) => Said(new JsonObject
                {
                    ["results"] = new JsonArray([.. Body(exchange)["searches"]!.AsArray().Select(one => List(one!))]),
                }),
                ("GET", ["synonym_sets", var name]) => _synonyms.TryGetValue(name, out var set) ? Said(set) : NotFound,
                ("PUT", ["synonym_sets", var name]) => PutSynonyms(name, exchange),
                ("GET", ["keys"]) => Said(new JsonObject { ["keys"] = new JsonArray([.. _keys.Values.Select(Shortened)]) }),
                ("POST", ["keys"]) => MakeKey(Body(exchange)),
                ("DELETE", ["keys", var id]) => _keys.Remove(long.Parse(id, CultureInfo.InvariantCulture))
                    ? Said(new JsonObject { ["id"] = long.Parse(id, CultureInfo.InvariantCulture) })
                    : NotFound,
                _ => NotFound,
            };
    }

    private static Reply NotFound => new(404, """{"message":"Not Found"}""");

    private static Reply Said(JsonNode body, int status = 200) => new(status, body.ToJsonString());

    private static JsonObject Body(Exchange exchange) => JsonNode.Parse(exchange.Body)!.AsObject();

    private JsonObject Alias(string name) => new() { ["name"] = name, ["collection_name"] = _aliases.GetValueOrDefault(name) };

    private Reply Point(string name, Exchange exchange)
    {
        _aliases[name] = (string)Body(exchange)["collection_name"]!;
        return Said(Alias(name));
    }

    private JsonObject Create(JsonObject schema)
    {
        var name = (string)schema["name"]!;
        _collections.Add(name, (schema, new(StringComparer.Ordinal)));
        return Collection(name);
    }

    private JsonObject Collection(string name)
    {
        var (schema, documents) = _collections[name];
        var answer = schema.DeepClone().AsObject();
        answer["num_documents"] = documents.Count;
        answer["created_at"] = 1763800000;
        return answer;
    }

    private Reply Import(string collection, Exchange exchange)
    {
        if (!_collections.TryGetValue(collection, out var found)) return NotFound;
        var answers = exchange.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!.AsObject())
            .Select(document =>
            {
                var id = (string)document["id"]!;
                if (Refused.Contains(id)) return """{"success":false,"error":"It is refused.","code":400,"document":"{}"}""";
                found.Documents[id] = document;
                return """{"success":true}""";
            });
        return new(200, string.Join('\n', answers), Lines);
    }

    private Reply Delete(string collection, Exchange exchange)
    {
        if (!_collections.TryGetValue(collection, out var found)) return NotFound;
        var ids = Quoted(exchange.Query.Single(one => one.Key == "filter_by").Value);
        return Said(new JsonObject { ["num_deleted"] = ids.Count(found.Documents.Remove) });
    }

    /// <summary>By ids, or by what stands behind a place in order.</summary>
    private JsonObject List(JsonNode search)
    {
        if (!_collections.TryGetValue((string)search["collection"]!, out var collection))
            return new JsonObject { ["code"] = 404, ["error"] = "Not found." };
        var filter = (string)search["filter_by"]!;
        long Bound(string name) => long.Parse(
            Regex.Match(filter, $@"{name}:>=?(\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        var found = filter.StartsWith("id:", StringComparison.Ordinal)
            ? collection.Documents.Values.Where(document => Quoted(filter).Contains((string)document["id"]!))
            : collection.Documents.Values
                .Where(document => Place(document).CompareTo((Bound("order1"), Bound("order2"), Bound("order3"))) >= 0)
                .OrderBy(Place)
                .ThenByDescending(document => (string)document["id"]!, StringComparer.Ordinal);
        var (page, size) = ((int?)search["page"] ?? 1, (int)search["per_page"]!);
        var hits = found.Skip((page - 1) * size).Take(size)
            .Select(document => (JsonNode)new JsonObject { ["document"] = document.DeepClone() });
        return new() { ["found"] = found.Count(), ["page"] = page, ["hits"] = new JsonArray([.. hits]) };
    }

    private static (long, long, long) Place(JsonObject document) =>
        ((long)document["order1"]!, (long)document["order2"]!, (long)document["order3"]!);

    private static HashSet<string> Quoted(string filter) =>
        [.. Regex.Matches(filter, "`([^`]*)`").Select(match => match.Groups[1].Value)];

    private Reply PutSynonyms(string name, Exchange exchange)
    {
        var set = Body(exchange);
        set["name"] = name;
        _synonyms[name] = set;
        return Said(set);
    }

    private Reply MakeKey(JsonObject key)
    {
        if (_keys.Values.Any(other => (string)other["value"]! == (string)key["value"]!))
            return new(409, """{"message":"API key generation conflict."}""");
        key["id"] = ++_lastKey;
        _keys.Add(_lastKey, key);
        return Said(key, 201);
    }

    private static JsonObject Shortened(JsonObject key)
    {
        var shortened = key.DeepClone().AsObject();
        shortened["value_prefix"] = ((string)key["value"]!)[..4];
        shortened.Remove("value");
        return shortened;
    }
}
