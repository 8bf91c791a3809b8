using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Shop.Workers.Import;

/// <summary>What the records of a file are, told by their shape.</summary>
internal enum RecordKind
{
    Unknown,
    Categories,
    Stores,
    Products,
}

/// <summary>Where in its file a record is: its number, and the line that it begins on; both count from 1.</summary>
/// <param name="Number">Among the records.</param>
/// <param name="Line">0 if it does not come from a file.</param>
internal readonly record struct RecordPlace(int Number, int Line = 0);

/// <summary>One record of a file; without JSON if it is too large, or for the <paramref name="Problem"/> given.</summary>
internal readonly record struct ImportRecord(RecordPlace Place, JsonElement Json, string? Problem = null);

/// <summary>
/// A file of records: a JSON array, or JSON texts one after another; in a file called <c>*.jsonl</c> each is a line. It is
/// read as a stream, so that its size does not matter to the memory.
/// </summary>
internal sealed class RecordFile(string path)
{
    public const long MaxFileBytes = 1L << 30;
    public const int MaxRecordBytes = 256 * 1024;

    private const int BufferBytes = 64 * 1024;

    public string Name { get; } = Path.GetFileName(path);

    /// <exception cref="IOException">It cannot be read, or is larger than <see cref="MaxFileBytes"/>.</exception>
    public async Task<RecordKind> TellKind(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var record in Read(cancellationToken))
                if (record.Problem is null)
                    return KindOf(record.Json);
        }
        catch (JsonException)
        {
            // Not even its beginning is JSON.
        }
        return RecordKind.Unknown;
    }

    /// <summary>The SHA-256 of its bytes.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async Task<string> HashContent(CancellationToken cancellationToken)
    {
        await using var file = Open();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    /// <summary>
    /// The records in their order; those that are too large are empty, so that their number is kept, and so are lines
    /// that are not JSON.
    /// </summary>
    /// <exception cref="IOException">It cannot be read, or is larger than <see cref="MaxFileBytes"/>.</exception>
    /// <exception cref="JsonException">It is not JSON from here on.</exception>
    public async IAsyncEnumerable<ImportRecord> Read([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = Open();
        if (file.Length > MaxFileBytes)
            throw new IOException($"It has {file.Length} bytes; at most {MaxFileBytes} are read.");

        var isArray = await SkipMarkAndFindBracket(file, cancellationToken);
        var pipe = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true));
        var records = !isArray && Path.GetExtension(path) == ".jsonl"
            ? RecordReaders.Lines(pipe, cancellationToken)
            : RecordReaders.Values(pipe, isArray, cancellationToken);
        try
        {
            await foreach (var record in records)
                yield return record;
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    public static RecordKind KindOf(JsonElement record)
    {
        bool Has(string name) => record.TryGetProperty(name, out _);

        if (record.ValueKind != JsonValueKind.Object || !Has("name"))
            return RecordKind.Unknown;
        if (Has("price"))
            return RecordKind.Products;
        if (Has("id") && Has("path"))
            return RecordKind.Categories;
        return Has("id") && Has("location") ? RecordKind.Stores : RecordKind.Unknown;
    }

    private FileStream Open() =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.Asynchronous);

    private static async Task<bool> SkipMarkAndFindBracket(FileStream file, CancellationToken cancellationToken)
    {
        var start = new byte[256];
        var length = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        ReadOnlySpan<byte> text = start.AsSpan(0, length), mark = "\uFEFF"u8;
        file.Position = text.StartsWith(mark) ? mark.Length : 0;
        return text[(int)file.Position..].TrimStart(" \t\r\n"u8).StartsWith("["u8);
    }
}
