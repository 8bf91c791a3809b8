using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

/// <summary>One record of a file, counted from 1.</summary>
internal readonly record struct ImportRecord(int Number, JsonElement Json);

/// <summary>
/// A file of records: a JSON array, or JSON texts one after another (as in JSON Lines). It is read as a stream, so
/// that its size does not matter to the memory.
/// </summary>
internal sealed class RecordFile(string path)
{
    public const long MaxFileBytes = 1L << 30;
    public const int MaxRecordBytes = 256 * 1024;

    // A reader takes whole buffers, which double until a record fits: so much may be read to find the next one.
    private const int MaxBytesToNextRecord = 8 * MaxRecordBytes;

    private static readonly JsonSerializerOptions Options = new() { MaxDepth = 32 };

    public string Name { get; } = Path.GetFileName(path);

    /// <exception cref="IOException">It cannot be read, or is larger than <see cref="MaxFileBytes"/>.</exception>
    public async Task<RecordKind> TellKind(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var record in Read(cancellationToken))
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
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.Asynchronous);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    /// <summary>The records in their order; those that are too large are empty, so that their number is kept.</summary>
    /// <exception cref="IOException">It cannot be read, or is larger than <see cref="MaxFileBytes"/>.</exception>
    /// <exception cref="JsonException">It is not JSON from here on.</exception>
    public async IAsyncEnumerable<ImportRecord> Read([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.Asynchronous);
        if (file.Length > MaxFileBytes)
            throw new IOException($"It has {file.Length} bytes; at most {MaxFileBytes} are read.");

        var isArray = await BeginsWithBracket(file, cancellationToken);
        await using var guard = new RecordGuard(file, MaxBytesToNextRecord);
        var number = 0;
        var elements = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(
            guard, topLevelValues: !isArray, Options, cancellationToken);
        await foreach (var element in elements)
        {
            guard.RecordFound();
            var isTooLarge = JsonMarshal.GetRawUtf8Value(element).Length > MaxRecordBytes;
            yield return new ImportRecord(++number, isTooLarge ? default : element);
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

    private static async Task<bool> BeginsWithBracket(FileStream file, CancellationToken cancellationToken)
    {
        var start = new byte[256];
        var length = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        file.Position = 0;
        var text = start.AsSpan(0, length);
        if (text.StartsWith("\uFEFF"u8))
            text = text[3..];
        return text.TrimStart(" \t\r\n"u8).StartsWith("["u8);
    }
}

/// <summary>Stops a file in which one record alone would fill the memory.</summary>
internal sealed class RecordGuard(Stream inner, long maxBytesToNextRecord) : Stream
{
    private long _readSinceRecord;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void RecordFound() => _readSinceRecord = 0;

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_readSinceRecord > maxBytesToNextRecord)
            throw new InvalidDataException($"A record is larger than {RecordFile.MaxRecordBytes} bytes.");
        var read = await inner.ReadAsync(buffer, cancellationToken);
        _readSinceRecord += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
