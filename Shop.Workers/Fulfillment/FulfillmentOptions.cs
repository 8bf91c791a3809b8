using System.ComponentModel.DataAnnotations;

namespace Shop.Workers.Fulfillment;

/// <summary>How parcels go their way. Section <c>Fulfillment</c>; times are judged by the database's clock.</summary>
internal sealed class FulfillmentOptions
{
    public const string Section = "Fulfillment";

    /// <summary>How long after it was labelled a parcel counts as handed over by itself; null leaves it to people.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan? HandOverAfter { get; init; }

    /// <summary>How long a parcel may take to leave before operators are told.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "90.00:00:00")]
    public TimeSpan ShipWithin { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How long a parcel that has left may stand still before its carrier is asked, and between questions.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan AskAfter { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How long a capture may go unanswered before it is asked for again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CaptureAgainAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The shop's GS1 company prefix, of which its own fleet's numbers are made. The default is GS1's own for examples.
    /// </summary>
    [RegularExpression(@"\d{7,10}")]
    public string Gs1Prefix { get; init; } = "9521234";
}

/// <summary>A carrier that is spoken to over HTTP. Section <c>Carrier</c>; without an address there is none.</summary>
internal sealed class CarrierOptions : IValidatableObject
{
    public const string Section = "Carrier";

    /// <summary>What parcels and webhooks name it by.</summary>
    [RegularExpression("[a-z0-9][a-z0-9-]{0,31}")]
    public string Code { get; init; } = "carrier";

    /// <summary>Where its API is; null sends everything by the shop's own fleet.</summary>
    public Uri? Address { get; init; }

    /// <summary>A secret: never logged.</summary>
    public string? ApiKey { get; init; }

    /// <summary>How long one call may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is { IsAbsoluteUri: false } or { Scheme: not ("http" or "https") })
            yield return new("Carrier:Address must be an http or https address.", [nameof(Address)]);
        if (Address is not null && (string.IsNullOrEmpty(ApiKey) || ApiKey.Any(char.IsWhiteSpace)))
            yield return new("Carrier:ApiKey is needed with Carrier:Address, without white space.", [nameof(ApiKey)]);
        if (Code == OwnFleet.Name)
            yield return new($"Carrier:Code must not be '{OwnFleet.Name}', which is the shop's own.", [nameof(Code)]);
    }
}
