using System.Buffers.Binary;
using System.Buffers.Text;

namespace Shop.Api.Reviews;

/// <summary>The last review of a page; the next page goes on below it, whatever is posted meanwhile.</summary>
internal sealed record ReviewCursor(DateTime PostedAt, Guid Id)
{
    private const int Size = sizeof(long) + 16;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, PostedAt.Ticks);
        Id.TryWriteBytes(bytes[sizeof(long)..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <returns>Null if it is none of ours.</returns>
    public static ReviewCursor? Read(string text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (!Base64Url.IsValid(text, out var size) || size != Size
            || !Base64Url.TryDecodeFromChars(text, bytes, out _)) return null;
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? new ReviewCursor(new DateTime(ticks, DateTimeKind.Utc), new Guid(bytes[sizeof(long)..]))
            : null;
    }
}
