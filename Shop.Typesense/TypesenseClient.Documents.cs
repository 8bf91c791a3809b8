using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Shop.Typesense;

// Documents: writing many, one, streaming all, and searching. The caller says how a document is read and written.
public sealed partial class TypesenseClient
{
    private const string Lines = "application/octet-stream";

    /// <summary>Writes documents in as many requests as their number and size ask for, one after the other.</summary>
    /// <returns>What became of each, in the order of the documents. A refused one does not affect the others.</returns>
    public async Task<IReadOnlyList<ImportResult>> ImportDocuments<T>(
        string collection,
        IReadOnlyList<T> documents,
        JsonTypeInfo<T> type,
        ImportAction action,
        CancellationToken cancellationToken)
    {
        var results = new List<ImportResult>(documents.Count);
        var lines = new ArrayBufferWriter<byte>(4_096);
        var line = new ArrayBufferWriter<byte>(1_024);
        using var writer = new Utf8JsonWriter(line);
        var path = Path("collections", collection, "documents", "import")
            + $"?action={action.ToString().ToLowerInvariant()}";
        var count = 0;
        foreach (var document in documents)
        {
            line.ResetWrittenCount();
            writer.Reset();
            JsonSerializer.Serialize(writer, document, type);
            if (count == _options.ImportDocuments
                || (count > 0 && lines.WrittenCount + line.WrittenCount >= _options.ImportBytes))
            {
                results.AddRange(await Import(path, lines.WrittenMemory, count, cancellationToken));
                lines.ResetWrittenCount();
                count = 0;
            }

            lines.Write(line.WrittenSpan);
            lines.Write("\n"u8);
            count++;
        }

        if (count > 0) results.AddRange(await Import(path, lines.WrittenMemory, count, cancellationToken));
        return results;
    }

    /// <exception cref="TypesenseApiNotFoundException">There is no such collection, or no such document in it.</exception>
    public Task<T> RetrieveDocument<T>(
        string collection, string id, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        Get(Path("collections", collection, "documents", id), type, cancellationToken);

    /// <returns>The document as it was.</returns>
    /// <exception cref="TypesenseApiNotFoundException">There is no such collection, or no such document in it.</exception>
    public Task<T> DeleteDocument<T>(
        string collection, string id, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        Delete(Path("collections", collection, "documents", id), type, cancellationToken);

    /// <summary>Deletes what the filter matches.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DeleteDocuments(string collection, string filter, CancellationToken cancellationToken) =>
        (await Send(
            new(HttpMethod.Delete, Path("collections", collection, "documents") + Query(("filter_by", filter)))
            {
                Bulk = true,
            },
            TypesenseJson.Default.DeletedDocuments,
            cancellationToken)).NumDeleted;

    /// <summary>Every document, or those that the filter matches, as they come.</summary>
    /// <param name="collection">A collection or an alias.</param>
    /// <param name="fields">Those that are wanted, with commas; all if there is none.</param>
    /// <param name="filter">All if there is none.</param>
    /// <param name="type">How a document is read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<T> ExportDocuments<T>(
        string collection,
        string? fields,
        string? filter,
        JsonTypeInfo<T> type,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = Path("collections", collection, "documents", "export")
            + Query(("include_fields", fields), ("filter_by", filter));
        using var answer = await _transport.Send(
            new(HttpMethod.Get, path) { Bulk = true, Streamed = true }, cancellationToken);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        while (await Line(lines, cancellationToken) is { } line)
            if (line.Length > 0) yield return Read(line, type);
    }

    /// <summary>One search, by GET: a query of more than about 4,000 characters has to go by <see cref="MultiSearch"/>.</summary>
    /// <exception cref="TypesenseApiNotFoundException">There is no such collection, or no such field.</exception>
    public Task<SearchResult<T>> Search<T>(
        string collection,
        SearchParameters parameters,
        JsonTypeInfo<SearchResult<T>> type,
        CancellationToken cancellationToken) =>
        Get(Path("collections", collection, "documents", "search") + Query(parameters), type, cancellationToken);

    /// <summary>Several searches in one request.</summary>
    /// <returns>One result each, in order; one that failed says so by its <see cref="SearchResult{T}.Code"/>.</returns>
    public async Task<IReadOnlyList<SearchResult<T>>> MultiSearch<T>(
        IReadOnlyList<MultiSearchParameters> searches,
        JsonTypeInfo<MultiSearchResult<T>> type,
        CancellationToken cancellationToken)
    {
        var request = With(
            HttpMethod.Post, "multi_search", new MultiSearchBody(searches), TypesenseJson.Default.MultiSearchBody);
        var results = (await Send(request, type, cancellationToken)).Results;
        return results.Count == searches.Count
            ? results
            : throw new TypesenseException($"{searches.Count} searches were answered by {results.Count} results.");
    }

    private async Task<IEnumerable<ImportResult>> Import(
        string path, ReadOnlyMemory<byte> lines, int count, CancellationToken cancellationToken)
    {
        var request = new TypesenseRequest(HttpMethod.Post, path) { Body = lines, ContentType = Lines, Bulk = true };
        using var answer = await _transport.Send(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        var results = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Read(line, TypesenseJson.Default.ImportResult))
            .ToList();
        return results.Count == count
            ? results
            : throw new TypesenseException($"An import of {count} documents was answered by {results.Count} lines.");
    }

    private async Task<string?> Line(StreamReader lines, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.BulkTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await lines.ReadLineAsync(either.Token);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TypesenseUnreachableException("An export broke off.", exception);
        }
    }

    private static T Read<T>(string line, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw new TypesenseException("A line of the answer is null.");
        }
        catch (JsonException exception)
        {
            throw new TypesenseException("A line of the answer is not what it should be.", exception);
        }
    }

    private static string Query(SearchParameters parameters)
    {
        var json = JsonSerializer.SerializeToElement(parameters, TypesenseJson.Default.SearchParameters);
        return Query([.. json.EnumerateObject().Select(property => (property.Name, (string?)Text(property.Value)))]);
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetInt64().ToString(CultureInfo.InvariantCulture),
        _ => value.GetBoolean() ? "true" : "false",
    };

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = "";
        foreach (var (name, value) in parameters)
            if (value is not null) query += (query.Length == 0 ? "?" : "&") + name + "=" + Uri.EscapeDataString(value);
        return query;
    }
}
