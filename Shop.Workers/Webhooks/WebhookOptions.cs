using System.ComponentModel.DataAnnotations;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Webhooks;

/// <summary>The section <c>Webhooks</c> of the configuration.</summary>
internal sealed class WebhookOptions : IValidatableObject
{
    public const string Section = "Webhooks";

    /// <summary>
    /// Opens the secrets of addresses, which Shop.Api seals by the same key: 64 hexadecimal digits. Without it nothing is
    /// delivered. A secret: never logged.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>The key before it, for secrets that were sealed by that. A secret: never logged.</summary>
    public string? FormerKey { get; init; }

    /// <summary>Whether addresses without TLS are called, too.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Whether addresses of private networks and of this machine are called, too.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>How long a receiver may take to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Deliveries under way at once, to all addresses.</summary>
    [Range(1, 1_000)]
    public int Concurrency { get; init; } = 64;

    internal bool IsConfigured => !string.IsNullOrEmpty(Key);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsConfigured && !Seal.IsKey(Key))
            yield return new("Webhooks:Key must be 64 hexadecimal digits.", [nameof(Key)]);
        if (!string.IsNullOrEmpty(FormerKey) && !Seal.IsKey(FormerKey))
            yield return new("Webhooks:FormerKey must be 64 hexadecimal digits.", [nameof(FormerKey)]);
        if (Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromSeconds(30))
            yield return new("Webhooks:Timeout must be between 100 ms and 30 s.", [nameof(Timeout)]);
    }
}
