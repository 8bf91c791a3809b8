using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Shop.Workers.Webhooks;

/// <summary>
/// Signs by the scheme <c>v1</c> of Standard Webhooks (github.com/standard-webhooks): HMAC-SHA256 of
/// <c>id.timestamp.body</c>, keyed by the secret's bytes.
/// </summary>
internal static class WebhookSignature
{
    private const string SecretPrefix = "whsec_";

    /// <param name="secret"><c>whsec_</c> and the key in base64.</param>
    /// <param name="id">Of the delivery.</param>
    /// <param name="timestamp">Of the attempt, in seconds of Unix time.</param>
    /// <param name="body">To the byte as it is sent, in UTF-8.</param>
    /// <exception cref="FormatException">The secret is none.</exception>
    public static string Of(string secret, string id, long timestamp, string body)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal)) throw new FormatException("It is no secret.");
        var signed = string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}");
        var key = Convert.FromBase64String(secret[SecretPrefix.Length..]);
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)))}";
    }
}
