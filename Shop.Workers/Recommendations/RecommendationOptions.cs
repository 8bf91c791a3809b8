using System.ComponentModel.DataAnnotations;

namespace Shop.Workers.Recommendations;

/// <summary>The section <c>Recommendations</c> of the configuration.</summary>
internal sealed class RecommendationOptions
{
    /// <summary>How long an order counts.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How soon a product that keeps being bought is ranked again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RankAgainAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long Redis keeps a product's list. All are written anew after half of it.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(7);
}
