using System.Text.Json;
using Shop.Workers.Catalog;

namespace Shop.Workers.Import;

/// <summary>Either what a record says, or why it is rejected.</summary>
internal readonly record struct Mapped<T>(T? Value, string? Reason)
    where T : class;

/// <summary>Reads the fields of a record and remembers the first thing that is wrong with it.</summary>
internal sealed class RecordFields
{
    private readonly JsonElement _json;

    public RecordFields(JsonElement record)
    {
        _json = record;
        if (record.ValueKind == JsonValueKind.Undefined)
            Problem = $"The record is larger than {RecordFile.MaxRecordBytes} bytes.";
        else if (record.ValueKind != JsonValueKind.Object)
            Problem = "The record is not an object.";
    }

    public string? Problem { get; private set; }

    public string Text(string name, int longest)
    {
        var text = OptionalText(name, longest);
        if (text is null)
            Reject($"{name} is missing.");
        return text ?? "";
    }

    /// <summary>Null for what is absent, null or blank.</summary>
    public string? OptionalText(string name, int longest) =>
        Find(name) is { } value ? TextOf(value, name, longest) : null;

    public string? TextOf(JsonElement value, string name, int longest)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            return Reject($"{name} is not text.");
        string text;
        try
        {
            text = value.GetString()!.Trim();
        }
        catch (InvalidOperationException)
        {
            return Reject($"{name} is not valid Unicode.");
        }
        if (text.Length > longest)
            return Reject($"{name} is longer than {longest} characters.");
        if (!ProductRules.IsStorable(text))
            return Reject($"{name} is not valid Unicode.");
        return text.Length == 0 ? null : text;
    }

    public decimal Decimal(string name)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var number))
            return number;
        Reject($"{name} is not a number.");
        return 0;
    }

    public long? OptionalWhole(string name)
    {
        if (Find(name) is not { ValueKind: not JsonValueKind.Null } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number))
            return number;
        Reject($"{name} is not a whole number.");
        return null;
    }

    public long Whole(string name)
    {
        var number = OptionalWhole(name);
        if (number is null)
            Reject($"{name} is missing.");
        return number ?? 0;
    }

    public double Degrees(string name, double limit)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var degrees)
            && Math.Abs(degrees) <= limit)
            return degrees;
        Reject($"{name} is not a number of degrees from -{limit} to {limit}.");
        return 0;
    }

    public IReadOnlyList<JsonElement> List(string name, int most)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Array } value || value.GetArrayLength() == 0)
            Reject($"{name} is not a list with something in it.");
        else if (value.GetArrayLength() > most)
            Reject($"{name} has more than {most} members.");
        else
            return [.. value.EnumerateArray()];
        return [];
    }

    public string? Reject(string reason)
    {
        Problem ??= reason;
        return null;
    }

    private JsonElement? Find(string name) =>
        _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out var value) ? value : null;
}
