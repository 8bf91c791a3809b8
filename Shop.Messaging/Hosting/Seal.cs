using System.Security.Cryptography;
using System.Text;

namespace Shop.Messaging.Hosting;

/// <summary>
/// Keeps secrets sealed where they rest and on their way between hosts: AES-256-GCM (NIST SP 800-38D) by a key that the
/// hosts share through their configuration. A sealed secret opens only for the subject that it was sealed for.
/// </summary>
public sealed class Seal
{
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;
    private const int Overhead = 1 + NonceBytes + TagBytes;

    private readonly byte[][] _keys;

    /// <param name="key">64 hexadecimal digits.</param>
    /// <param name="formerKey">The key before it, by which secrets are still opened; null if there is none.</param>
    /// <exception cref="FormatException">A key is not of this form.</exception>
    public Seal(string key, string? formerKey = null) =>
        _keys = string.IsNullOrEmpty(formerKey) ? [Read(key)] : [Read(key), Read(formerKey)];

    /// <summary>Whether a text is a key.</summary>
    public static bool IsKey(string? text) => text is { Length: 2 * KeyBytes } && text.All(char.IsAsciiHexDigit);

    /// <param name="secret">Any text.</param>
    /// <param name="subject">What it belongs to.</param>
    public byte[] Close(string secret, Guid subject)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var box = new byte[Overhead + plain.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_keys[0], TagBytes);
        cipher.Encrypt(nonce, plain, box.AsSpan(Overhead), box.AsSpan(1 + NonceBytes, TagBytes), subject.ToByteArray());
        return box;
    }

    /// <exception cref="CryptographicException">It was sealed for another subject or by another key, or was changed.</exception>
    public string Open(byte[] box, Guid subject)
    {
        if (box.Length < Overhead || box[0] != Version) throw new CryptographicException("It is not sealed.");
        var plain = new byte[box.Length - Overhead];
        for (var i = 0; ; i++)
        {
            try
            {
                using var cipher = new AesGcm(_keys[i], TagBytes);
                cipher.Decrypt(
                    box.AsSpan(1, NonceBytes), box.AsSpan(Overhead), box.AsSpan(1 + NonceBytes, TagBytes), plain,
                    subject.ToByteArray());
                return Encoding.UTF8.GetString(plain);
            }
            catch (AuthenticationTagMismatchException) when (i + 1 < _keys.Length)
            {
                // By the key before it, perhaps.
            }
        }
    }

    private static byte[] Read(string key) =>
        IsKey(key) ? Convert.FromHexString(key) : throw new FormatException("A key is 64 hexadecimal digits.");
}
