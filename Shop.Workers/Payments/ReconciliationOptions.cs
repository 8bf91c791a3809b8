using System.ComponentModel.DataAnnotations;

namespace Shop.Workers.Payments;

/// <summary>The section <c>Payments:Reconciliation</c> of the configuration.</summary>
internal sealed class ReconciliationOptions : IValidatableObject
{
    public const string Section = "Payments:Reconciliation";

    /// <summary>What moved within this time is under way, and not compared yet.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often new payments and refunds are looked at.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far back everything is looked at again: authorisations live a week.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(9);

    /// <summary>The rest between two walks through the whole window.</summary>
    public TimeSpan Again { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Pages of a hundred that one run may read of each list.</summary>
    [Range(1, 1_000)]
    public int PagesEachRun { get; init; } = 10;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Grace < TimeSpan.FromSeconds(1) || Grace > TimeSpan.FromDays(1))
            yield return new("Payments:Reconciliation:Grace must be between a second and a day.", [nameof(Grace)]);
        if (Window < TimeSpan.FromHours(1) || Window > TimeSpan.FromDays(90) || Window <= 2 * Grace)
            yield return new("Payments:Reconciliation:Window must be between an hour and 90 days.", [nameof(Window)]);
        if (Every < TimeSpan.FromSeconds(1) || Again < TimeSpan.FromSeconds(1))
            yield return new("Payments:Reconciliation:Every and :Again must be a second or more.", [nameof(Every)]);
    }
}
