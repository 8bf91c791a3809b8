using System.ComponentModel.DataAnnotations;

namespace Shop.Api.Sales;

/// <summary>How the waiting room of a sale lets people in. Section <c>Sales</c>.</summary>
internal sealed class SaleOptions
{
    /// <summary>How long one who is let in may take to check out.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan AdmittedFor { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How many times the units that are left are let in for, since not everyone buys.</summary>
    [Range(1.0, 10.0)]
    public double Overcommit { get; init; } = 1.2;

    /// <summary>Those who are let in at one time, twice a second.</summary>
    [Range(1, 1_000)]
    public int MostAtOnce { get; init; } = 100;
}
