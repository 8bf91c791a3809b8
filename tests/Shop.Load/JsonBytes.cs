using System.Buffers.Text;

namespace Shop.Load;

/// <summary>
/// Finds a value in an answer without parsing it: the first that follows the name. Good for the shop's answers, in
/// which the names asked for stand at the top level before any nested ones, and not for JSON in general.
/// </summary>
internal static class JsonBytes
{
    /// <summary>The string's bytes as they stand, empty when there is none.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedName)
    {
        var value = Value(json, quotedName);
        if (value.IsEmpty || value[0] != '"')
            return [];
        var end = value[1..].IndexOf((byte)'"');
        return end < 0 ? [] : value.Slice(1, end);
    }

    public static int? Number(ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedName) =>
        Utf8Parser.TryParse(Value(json, quotedName), out int number, out _) ? number : null;

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedName)
    {
        var at = json.IndexOf(quotedName);
        return at < 0 ? [] : json[(at + quotedName.Length)..].TrimStart(": \r\n\t"u8);
    }
}
