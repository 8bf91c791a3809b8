using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Shop.Workers.Import;

/// <summary>Hashes that are the same on every machine, in every process and release.</summary>
internal static class StableHash
{
    public static ulong Of(string text) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The finaliser of splitmix64: every bit of the number moves every bit of the result.</summary>
    public static ulong Mix(ulong number)
    {
        number += 0x9E3779B97F4A7C15;
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
        return number ^ (number >> 31);
    }
}
