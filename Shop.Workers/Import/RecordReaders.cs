using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Shop.Workers.Import;

/// <summary>Cut a stream of bytes into records.</summary>
internal static class RecordReaders
{
    // A buffer grows until a record fits: so much may be read to find the next one.
    private const int MaxBytesToNextRecord = 8 * RecordFile.MaxRecordBytes;

    private static readonly JsonReaderOptions OfArray = new() { MaxDepth = 32 };
    private static readonly JsonReaderOptions OfValues = OfArray with { AllowMultipleValues = true };

    /// <summary>The elements of an array, or values one after another.</summary>
    /// <exception cref="InvalidDataException">One record alone would fill the memory.</exception>
    /// <exception cref="JsonException">It is not JSON from here on.</exception>
    public static async IAsyncEnumerable<ImportRecord> Values(
        PipeReader pipe, bool isArray, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = new JsonReaderState(isArray ? OfArray : OfValues);
        var (number, line) = (0, 1);
        for (var isEnd = false; !isEnd;)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            isEnd = read.IsCompleted;
            while (Next(ref rest, ref state, ref line, isEnd) is var (at, json))
                yield return new ImportRecord(new RecordPlace(++number, at), json);
            if (rest.Length > MaxBytesToNextRecord)
                throw new InvalidDataException($"A record is larger than {RecordFile.MaxRecordBytes} bytes.");
            pipe.AdvanceTo(rest.Start, rest.End);
        }
    }

    /// <summary>A record a line; one that is not JSON does no harm to the others. Blank lines are none.</summary>
    public static async IAsyncEnumerable<ImportRecord> Lines(
        PipeReader pipe, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (number, line, isTooLong) = (0, 0, false);
        for (var isEnd = false; !isEnd;)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            isEnd = read.IsCompleted;
            while (Cut(ref rest, isEnd) is { } text)
            {
                line++;
                if (isTooLong || !IsBlank(text))
                    yield return LineOf(new RecordPlace(++number, line), text, isTooLong);
                isTooLong = false;
            }

            // The rest of such a line is dropped as it comes.
            if (isTooLong |= rest.Length > RecordFile.MaxRecordBytes) rest = rest.Slice(rest.End);
            pipe.AdvanceTo(rest.Start, rest.End);
        }

        if (isTooLong) yield return LineOf(new RecordPlace(++number, ++line), default, isTooLong);
    }

    private static (int Line, JsonElement Json)? Next(
        ref ReadOnlySequence<byte> rest, ref JsonReaderState state, ref int line, bool isEnd)
    {
        if (isEnd && IsBlank(rest)) rest = rest.Slice(rest.End);
        if (rest.IsEmpty && !(isEnd && state.Options is { AllowMultipleValues: false })) return null;
        var reader = new Utf8JsonReader(rest, isEnd, state);
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.StartArray, CurrentDepth: 0 } && !state.Options.AllowMultipleValues)
                continue;
            if (reader is { TokenType: JsonTokenType.EndArray, CurrentDepth: 0 }) continue;
            var at = line + LineEnds(rest.Slice(0, reader.TokenStartIndex));
            var begins = reader.TokenStartIndex;
            if (!JsonElement.TryParseValue(ref reader, out var json)) break;
            var isTooLarge = reader.BytesConsumed - begins > RecordFile.MaxRecordBytes;
            Take(ref rest, ref state, ref line, reader);
            return (at, isTooLarge ? default : json.Value);
        }

        return null;
    }

    private static void Take(
        ref ReadOnlySequence<byte> rest, ref JsonReaderState state, ref int line, in Utf8JsonReader reader)
    {
        line += LineEnds(rest.Slice(0, reader.BytesConsumed));
        rest = rest.Slice(reader.BytesConsumed);
        state = reader.CurrentState;
    }

    /// <summary>Up to the end of the line; null if that is not there yet.</summary>
    private static ReadOnlySequence<byte>? Cut(ref ReadOnlySequence<byte> rest, bool isEnd)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            var text = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return text;
        }

        if (!isEnd || rest.IsEmpty) return null;
        var last = rest;
        rest = rest.Slice(rest.End);
        return last;
    }

    private static ImportRecord LineOf(RecordPlace place, ReadOnlySequence<byte> text, bool isTooLong)
    {
        if (isTooLong || text.Length > RecordFile.MaxRecordBytes) return new ImportRecord(place, default);
        try
        {
            var reader = new Utf8JsonReader(text, OfArray);
            var json = JsonElement.ParseValue(ref reader);
            return reader.Read() ? throw new JsonException("Something follows it.") : new ImportRecord(place, json);
        }
        catch (JsonException)
        {
            return new ImportRecord(place, default, "The line is not one JSON text.");
        }
    }

    private static bool IsBlank(ReadOnlySequence<byte> text)
    {
        foreach (var part in text)
            if (part.Span.ContainsAnyExcept(" \t\r\n"u8)) return false;
        return true;
    }

    private static int LineEnds(ReadOnlySequence<byte> text)
    {
        var ends = 0;
        foreach (var part in text) ends += part.Span.Count((byte)'\n');
        return ends;
    }
}
