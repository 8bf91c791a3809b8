using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Api.Checkout;

namespace Shop.Api.Requests;

/// <summary>
/// What a request asks for, in 32 bytes: SHA-256 of method, path and payload. The payload counts as it was understood:
/// white space, the order of members, and null for a member left out make no difference.
/// </summary>
internal static class Fingerprint
{
    public static byte[] Of(string method, string path, CheckoutRequest payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{method}\n{path}\n"));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(payload, FingerprintJson.Default.CheckoutRequest));
        return hash.GetHashAndReset();
    }

    public static bool IsSame(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);
}

/// <summary>
/// Members in the order of declaration; a member added later leaves the fingerprints of payloads without it alone.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(CheckoutRequest))]
internal sealed partial class FingerprintJson : JsonSerializerContext;
