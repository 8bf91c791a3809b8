using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Shop.Messaging.Outbox;

/// <summary>Ids of outgoing messages, derived so that handling a message again gives the same ids again.</summary>
public static class MessageIds
{
    /// <summary>
    /// A name-based UUID of the causing message, the consumer and the position among what it sends. Layout: RFC 9562,
    /// version 8 (SHA-256, truncated).
    /// </summary>
    public static Guid Derive(Guid cause, Guid consumer, int position)
    {
        Span<byte> input = stackalloc byte[36];
        cause.TryWriteBytes(input, bigEndian: true, out _);
        consumer.TryWriteBytes(input[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(input[32..], position);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>Of what has a name and no id, such as what messages are about: the same name has the same.</summary>
    public static Guid Of(string name) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16), bigEndian: true);
}
