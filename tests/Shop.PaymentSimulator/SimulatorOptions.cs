using System.ComponentModel.DataAnnotations;

namespace Shop.PaymentSimulator;

/// <summary>The section <c>Simulator</c> of the configuration.</summary>
internal sealed class SimulatorOptions : IValidatableObject
{
    public const string Section = "Simulator";

    /// <summary>The bearer key that callers must show.</summary>
    [Required, MinLength(8)]
    public string ApiKey { get; init; } = "";

    /// <summary>The file that everything is written to before it is answered.</summary>
    [Required]
    public string Journal { get; init; } = "payments.jsonl";

    /// <summary>Whether the journal is forced to the disk before an answer: a power cut loses nothing.</summary>
    public bool Fsync { get; init; } = true;

    /// <summary>Added to every call.</summary>
    [Range(0, 60_000)]
    public int LatencyMs { get; init; }

    /// <summary>How long a new payment stays invisible to search, as it does at the real provider.</summary>
    [Range(0, 3_600_000)]
    public int SearchLagMs { get; init; }

    /// <summary>Where events are posted to. Nowhere while it or the secret is missing.</summary>
    public Uri? WebhookAddress { get; init; }

    public string? WebhookSecret { get; init; }

    /// <summary>The types of event that are posted, with commas between; all if empty. As at Stripe, an endpoint chooses.</summary>
    public string WebhookEvents { get; init; } = "";

    public WebhookMode Webhooks { get; init; } = WebhookMode.Normal;

    /// <summary>The version that events are written in.</summary>
    [Required]
    public string ApiVersion { get; init; } = "2026-10-28.endive";

    /// <summary>How much is remembered; what comes after is refused.</summary>
    [Range(1, 10_000_000)]
    public int MaxEntries { get; init; } = 500_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WebhookAddress is { IsAbsoluteUri: false })
            yield return new("must be an absolute address", [nameof(WebhookAddress)]);
        if (WebhookAddress is not null && string.IsNullOrEmpty(WebhookSecret))
            yield return new("is needed to sign what is posted to the address", [nameof(WebhookSecret)]);
    }
}

internal enum WebhookMode
{
    /// <summary>Once, about when the response leaves.</summary>
    Normal,

    /// <summary>Every event is posted two times.</summary>
    Twice,

    /// <summary>The event is delivered, and only then the call is answered.</summary>
    BeforeResponse,

    Never,
}

internal enum OutageMode
{
    None,

    /// <summary>Every call is answered 503, and nothing happens.</summary>
    Errors,

    /// <summary>No call is answered, and nothing happens.</summary>
    Hang,

    /// <summary>What is asked for is carried out, and no call is answered.</summary>
    Mute,

    /// <summary>Every connection is cut.</summary>
    Drop,
}
