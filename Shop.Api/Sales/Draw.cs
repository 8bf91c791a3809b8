using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Shop.Api.Sales;

/// <summary>
/// The order of those who joined before the start. A ticket's number is the first six bytes, big-endian, of the SHA-256 of the
/// sale's seed followed by the sixteen bytes of the ticket's UUID as RFC 9562 writes them; the smallest is first, and of equal
/// ones the ticket whose text is less. The SHA-256 of the seed is told from the beginning and the seed when the draw is made,
/// so that nobody can choose either after the other, and everyone can recompute it.
/// </summary>
internal static class Draw
{
    private const int NumberBytes = 6;
    private const int TicketBytes = 16;

    /// <summary>Above every number: where the line of those who came later begins.</summary>
    public const long Numbers = 1L << (8 * NumberBytes);

    public static long NumberOf(ReadOnlySpan<byte> seed, Guid ticket)
    {
        Span<byte> text = stackalloc byte[seed.Length + TicketBytes];
        seed.CopyTo(text);
        ticket.TryWriteBytes(text[seed.Length..], bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash) >>> (64 - (8 * NumberBytes));
    }
}
