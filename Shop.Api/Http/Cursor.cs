using System.Buffers.Text;
using System.Text;

namespace Shop.Api.Http;

/// <summary>
/// Where a page of a list ended, as clients carry it back: opaque, and good for this list alone. Holds what the list is
/// ordered by and what breaks its ties, so that the next page begins right there however the list has changed.
/// </summary>
/// <typeparam name="TSort">
/// <see cref="long"/>, <see cref="int"/>, <see cref="double"/>, <see cref="string"/>, <see cref="Guid"/> or
/// <see cref="DateTime"/> (UTC), as <typeparamref name="TKey"/>.
/// </typeparam>
/// <typeparam name="TKey">Unique within the list.</typeparam>
/// <param name="kind">Names the list, with its order and whatever else a cursor must not be carried over to.</param>
internal sealed class Cursor<TSort, TKey>(string kind)
    where TSort : notnull
    where TKey : notnull
{
    public const int Longest = 512;

    /// <summary>Base64url, without padding.</summary>
    public string Write(TSort sort, TKey key)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(kind);
        Put(writer, sort);
        Put(writer, key);
        return Base64Url.EncodeToString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <returns>False for anything that <see cref="Write"/> did not make, byte for byte.</returns>
    public bool TryRead(string text, out (TSort Sort, TKey Key) position)
    {
        position = default;
        if (text.Length is 0 or > Longest) return false;
        try
        {
            using var reader = new BinaryReader(new MemoryStream(Base64Url.DecodeFromChars(text)), Encoding.UTF8);
            if (reader.ReadString() != kind) return false;
            var (sort, key) = (Take<TSort>(reader), Take<TKey>(reader));
            // What is left over, and every second spelling of the same bytes, is caught here.
            if (HasZero(sort) || HasZero(key) || Write(sort, key) != text) return false;
            position = (sort, key);
            return true;
        }
        catch (Exception malformed) when (malformed is FormatException or IOException or ArgumentException)
        {
            return false;
        }
    }

    private static void Put<T>(BinaryWriter writer, T value)
    {
        switch (value)
        {
            case long number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            case string text: writer.Write(text); break;
            case Guid id: writer.Write(id.ToByteArray(bigEndian: true)); break;
            case DateTime { Kind: DateTimeKind.Utc } time: writer.Write(time.Ticks); break;
            default: throw new NotSupportedException($"A cursor cannot hold {value}.");
        }
    }

    private static T Take<T>(BinaryReader reader)
    {
        object value = typeof(T) switch
        {
            var type when type == typeof(long) => reader.ReadInt64(),
            var type when type == typeof(int) => reader.ReadInt32(),
            var type when type == typeof(double) => Finite(reader.ReadDouble()),
            var type when type == typeof(string) => reader.ReadString(),
            var type when type == typeof(Guid) => new Guid(reader.ReadBytes(16), bigEndian: true),
            var type when type == typeof(DateTime) => new DateTime(reader.ReadInt64(), DateTimeKind.Utc),
            _ => throw new NotSupportedException($"A cursor cannot hold a {typeof(T).Name}."),
        };
        return (T)value;
    }

    private static double Finite(double value) =>
        double.IsFinite(value) ? value : throw new FormatException("No list is ordered by this.");

    /// <summary>No database takes one within a text.</summary>
    private static bool HasZero<T>(T value) => value is string text && text.Contains('\0', StringComparison.Ordinal);
}
