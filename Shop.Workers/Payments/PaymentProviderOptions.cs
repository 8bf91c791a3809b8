using System.ComponentModel.DataAnnotations;

namespace Shop.Workers.Payments;

/// <summary>The section <c>Payments</c> of the configuration.</summary>
internal sealed class PaymentProviderOptions : IValidatableObject
{
    public const string Section = "Payments";

    /// <summary>Where Stripe's API is spoken.</summary>
    [Required]
    public Uri? ProviderAddress { get; init; }

    /// <summary>A secret: never logged.</summary>
    [Required]
    public string? ApiKey { get; init; }

    /// <summary>How long one call may take, its repeats included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    [Range(1, 1_000)]
    public int MaxConnections { get; init; } = 100;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ProviderAddress is { IsAbsoluteUri: false } or { Scheme: not ("http" or "https") })
            yield return new("Payments:ProviderAddress must be an http or https address.", [nameof(ProviderAddress)]);
        if (ApiKey?.Any(char.IsWhiteSpace) == true)
            yield return new("Payments:ApiKey must not contain white space.", [nameof(ApiKey)]);
        if (Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromMinutes(1))
            yield return new("Payments:Timeout must be between 100 ms and a minute.", [nameof(Timeout)]);
    }
}

internal static class PaymentProviderRegistration
{
    public static IServiceCollection AddPaymentProvider(this IServiceCollection services)
    {
        services.AddOptions<PaymentProviderOptions>().BindConfiguration(PaymentProviderOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<PaymentProvider>();
    }
}
