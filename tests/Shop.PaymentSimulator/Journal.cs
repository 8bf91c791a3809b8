using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;

namespace Shop.PaymentSimulator;

/// <summary>
/// An append-only file, one JSON object a line. A single writer writes and flushes all that has gathered while it wrote
/// and flushed before, applies it, and then tells the callers.
/// </summary>
internal sealed partial class Journal : IAsyncDisposable
{
    private const int MaxWaiting = 10_000;
    private const int MaxGroup = 500;

    private readonly FileStream file;
    private readonly bool fsync;
    private readonly Action<Entry> apply;
    private readonly ILogger logger;
    private readonly Channel<Waiting> waiting = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Task writer;
    private long flushedLength;

    /// <summary>Opens or creates the file, cuts off a line that was not finished, and applies what is in it.</summary>
    public Journal(string path, bool fsync, Action<Entry> apply, ILogger logger)
    {
        this.fsync = fsync;
        this.apply = apply;
        this.logger = logger;
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 0,
        });
        Path = file.Name;
        Replay();
        writer = Task.Run(Write);
    }

    public string Path { get; }

    /// <summary>Bytes that will still be there after a crash.</summary>
    public long FlushedLength => Volatile.Read(ref flushedLength);

    /// <summary>
    /// Takes its place in the order of the journal at once; done when it is on the disk and applied. Null when too many
    /// wait or the file can no longer be written.
    /// </summary>
    public Task? Append(Entry entry)
    {
        var one = new Waiting(entry);
        return waiting.Writer.TryWrite(one) ? one.Flushed.Task : null;
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writer;
        await file.DisposeAsync();
    }

    private void Replay()
    {
        var good = 0L;
        var count = 0;
        using (var reader = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            var lines = new LineReader(reader);
            while (lines.Next() is { } line)
            {
                apply(JsonSerializer.Deserialize(line.Span, EntryJson.Default.Entry)
                    ?? throw new InvalidDataException($"An empty entry after {good} bytes of the journal."));
                good += line.Length + 1;
                count++;
            }
        }

        if (file.Length > good)
        {
            LogTorn(file.Length - good);
            file.SetLength(good);
        }

        file.Seek(good, SeekOrigin.Begin);
        flushedLength = good;
        LogReplayed(count);
    }

    private async Task Write()
    {
        var group = new List<Waiting>(MaxGroup);
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using var json = new Utf8JsonWriter(buffer);
        while (await waiting.Reader.WaitToReadAsync())
        {
            while (group.Count < MaxGroup && waiting.Reader.TryRead(out var one))
            {
                JsonSerializer.Serialize(json, one.Entry, EntryJson.Default.Entry);
                json.Flush();
                json.Reset();
                buffer.Write("\n"u8);
                group.Add(one);
            }

            try
            {
                await file.WriteAsync(buffer.WrittenMemory);
                if (fsync)
                    file.Flush(flushToDisk: true);
            }
            catch (IOException exception)
            {
                Fail(group, exception);
                return;
            }

            Volatile.Write(ref flushedLength, flushedLength + buffer.WrittenCount);
            foreach (var one in group)
            {
                apply(one.Entry);
                one.Flushed.SetResult();
            }

            group.Clear();
            buffer.ResetWrittenCount();
        }
    }

    /// <summary>Half a line may be in the file, so nothing may follow it before a restart has cut it off.</summary>
    private void Fail(List<Waiting> group, IOException exception)
    {
        LogFailed(exception);
        waiting.Writer.TryComplete();
        foreach (var one in group)
            one.Flushed.SetException(exception);
        while (waiting.Reader.TryRead(out var late))
            late.Flushed.SetException(exception);
    }

    private sealed record Waiting(Entry Entry)
    {
        public TaskCompletionSource Flushed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Finished lines only; what follows the last line feed is not returned.</summary>
    private sealed class LineReader(Stream stream)
    {
        private const int MaxLine = 1024 * 1024;
        private byte[] buffer = new byte[64 * 1024];
        private int start;
        private int end;

        public ReadOnlyMemory<byte>? Next()
        {
            while (true)
            {
                var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
                if (length >= 0)
                {
                    var line = buffer.AsMemory(start, length);
                    start += length + 1;
                    return line;
                }

                Array.Copy(buffer, start, buffer, 0, end - start);
                end -= start;
                start = 0;
                if (end == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length < MaxLine
                        ? buffer.Length * 2
                        : throw new InvalidDataException("A line of the journal is too long."));
                var read = stream.Read(buffer, end, buffer.Length - end);
                if (read == 0)
                    return null;
                end += read;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} entries replayed from the journal")]
    private partial void LogReplayed(int count);

    [LoggerMessage(LogLevel.Warning, "The last line of the journal was not finished: {Bytes} bytes cut off")]
    private partial void LogTorn(long bytes);

    [LoggerMessage(LogLevel.Critical, "The journal cannot be written; no further call is carried out")]
    private partial void LogFailed(Exception exception);
}
