using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Shop.Typesense;

/// <summary>
/// Typesense's HTTP API, version 30, as far as it is used here; operations are called what the published .NET client
/// calls them. Safe for use by many at once. Every operation may throw <see cref="TypesenseUnreachableException"/>, and a
/// <see cref="TypesenseApiException"/> of the kind that its status says.
/// </summary>
public sealed partial class TypesenseClient : IDisposable
{
    private readonly TypesenseOptions _options;
    private readonly TypesenseTransport _transport;
    private readonly TimeProvider _time;

    public TypesenseClient(IOptions<TypesenseOptions> options, TimeProvider time, ILogger<TypesenseClient> logger)
    {
        _options = options.Value;
        _time = time;
        _transport = new(options.Value, time, logger);
    }

    /// <summary>Whether a node is there that says it is well.</summary>
    public async Task<bool> RetrieveHealth(CancellationToken cancellationToken) =>
        (await Get("health", TypesenseJson.Default.Health, cancellationToken)).Ok;

    /// <exception cref="TypesenseApiConflictException">There is one of that name.</exception>
    public Task<Collection> CreateCollection(CollectionSchema schema, CancellationToken cancellationToken) =>
        Send(
            With(HttpMethod.Post, "collections", schema, TypesenseJson.Default.CollectionSchema) with
            {
                Repeatable = false,
            },
            TypesenseJson.Default.Collection,
            cancellationToken);

    public Task<Collection> RetrieveCollection(string name, CancellationToken cancellationToken) =>
        Get(Path("collections", name), TypesenseJson.Default.Collection, cancellationToken);

    /// <summary>Those that the key may see, the newest first.</summary>
    public Task<IReadOnlyList<Collection>> RetrieveCollections(int limit, int offset, CancellationToken cancellationToken) =>
        Get($"collections?limit={limit}&offset={offset}", TypesenseJson.Default.IReadOnlyListCollection, cancellationToken);

    /// <returns>The part that was changed.</returns>
    public Task<CollectionUpdate> UpdateCollection(
        string name, CollectionUpdate update, CancellationToken cancellationToken) => Send(
            With(HttpMethod.Patch, Path("collections", name), update, TypesenseJson.Default.CollectionUpdate) with
            {
                Bulk = true,
            },
            TypesenseJson.Default.CollectionUpdate,
            cancellationToken);

    /// <summary>Drops it with all its documents.</summary>
    public Task<Collection> DeleteCollection(string name, CancellationToken cancellationToken) =>
        Delete(Path("collections", name), TypesenseJson.Default.Collection, cancellationToken);

    /// <summary>From now on the alias stands for that collection: searches and writes under its name go there.</summary>
    public Task<CollectionAlias> UpsertCollectionAlias(
        string alias, string collection, CancellationToken cancellationToken) => Send(
            With(HttpMethod.Put, Path("aliases", alias), new(collection), TypesenseJson.Default.AliasTarget),
            TypesenseJson.Default.CollectionAlias,
            cancellationToken);

    public Task<CollectionAlias> RetrieveCollectionAlias(string alias, CancellationToken cancellationToken) =>
        Get(Path("aliases", alias), TypesenseJson.Default.CollectionAlias, cancellationToken);

    public async Task<IReadOnlyList<CollectionAlias>> ListCollectionAliases(CancellationToken cancellationToken) =>
        (await Get("aliases", TypesenseJson.Default.AliasList, cancellationToken)).Aliases;

    /// <summary>Removes the name, not what it stands for.</summary>
    public Task<CollectionAlias> DeleteCollectionAlias(string alias, CancellationToken cancellationToken) =>
        Delete(Path("aliases", alias), TypesenseJson.Default.CollectionAlias, cancellationToken);

    /// <summary>Replaces the whole set. Collections that name it use the new one at once.</summary>
    public Task<SynonymSet> UpsertSynonymSet(
        string name, IReadOnlyList<SynonymItem> items, CancellationToken cancellationToken) => Send(
            With(HttpMethod.Put, Path("synonym_sets", name), new(items), TypesenseJson.Default.SynonymSetBody),
            TypesenseJson.Default.SynonymSet,
            cancellationToken);

    public Task<SynonymSet> RetrieveSynonymSet(string name, CancellationToken cancellationToken) =>
        Get(Path("synonym_sets", name), TypesenseJson.Default.SynonymSet, cancellationToken);

    public Task<IReadOnlyList<SynonymSet>> RetrieveSynonymSets(CancellationToken cancellationToken) =>
        Get("synonym_sets", TypesenseJson.Default.IReadOnlyListSynonymSet, cancellationToken);

    public Task DeleteSynonymSet(string name, CancellationToken cancellationToken) =>
        Delete(Path("synonym_sets", name), TypesenseJson.Default.SynonymSetName, cancellationToken);

    /// <returns>The only answer that ever holds the key's value.</returns>
    /// <exception cref="TypesenseApiConflictException">There is a key of that value.</exception>
    public Task<Key> CreateKey(KeySchema key, CancellationToken cancellationToken) => Send(
        With(HttpMethod.Post, "keys", key, TypesenseJson.Default.KeySchema) with { Repeatable = false },
        TypesenseJson.Default.Key,
        cancellationToken);

    public async Task<IReadOnlyList<Key>> ListKeys(CancellationToken cancellationToken) =>
        (await Get("keys", TypesenseJson.Default.KeyList, cancellationToken)).Keys;

    public Task DeleteKey(long id, CancellationToken cancellationToken) =>
        Delete($"keys/{id}", TypesenseJson.Default.DeletedKey, cancellationToken);

    public void Dispose() => _transport.Dispose();

    private static string Path(params ReadOnlySpan<string> parts)
    {
        var path = Uri.EscapeDataString(parts[0]);
        foreach (var part in parts[1..])
        {
            // Two dots would be a way out of the folder, and no address can say them as a name.
            if (part is "" or "." or "..") throw new ArgumentException($"'{part}' cannot be a name.", nameof(parts));
            path += "/" + Uri.EscapeDataString(part);
        }

        return path;
    }

    private static TypesenseRequest With<T>(HttpMethod method, string path, T body, JsonTypeInfo<T> type) =>
        new(method, path) { Body = JsonSerializer.SerializeToUtf8Bytes(body, type) };

    private Task<T> Get<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        Send(new(HttpMethod.Get, path), type, cancellationToken);

    private Task<T> Delete<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        Send(new(HttpMethod.Delete, path), type, cancellationToken);

    private async Task<T> Send<T>(TypesenseRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await _transport.Send(request, cancellationToken);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken)
                ?? throw new TypesenseException($"The answer to {request.Method} {request.Path} is null.");
        }
        catch (JsonException exception)
        {
            throw new TypesenseException(
                $"The answer to {request.Method} {request.Path} is not what it should be.", exception);
        }
    }
}
