using System.ComponentModel.DataAnnotations;
using Shop.Messaging.Hosting;

namespace Shop.Api.Webhooks;

/// <summary>The section <c>Webhooks</c> of the configuration.</summary>
internal sealed class WebhookSettings : IValidatableObject
{
    /// <summary>
    /// Seals the secrets of addresses, which Shop.Workers opens by the same key: 64 hexadecimal digits. Without it no
    /// address is taken. A secret: never logged.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>Whether addresses without TLS are taken, too.</summary>
    public bool AllowHttp { get; init; }

    internal bool IsConfigured => !string.IsNullOrEmpty(Key);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsConfigured && !Seal.IsKey(Key))
            yield return new("Webhooks:Key must be 64 hexadecimal digits.", [nameof(Key)]);
    }
}
