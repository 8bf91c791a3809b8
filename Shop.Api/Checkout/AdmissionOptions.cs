using System.ComponentModel.DataAnnotations;

namespace Shop.Api.Checkout;

/// <summary>How many checkouts are let in. Section <c>Admission</c>.</summary>
internal sealed class AdmissionOptions
{
    /// <summary>What orders may take from 202 to the end of their payment when more are offered than can be done.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:01:00")]
    public TimeSpan TargetDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Orders under way, of one process, that are no reason to turn anyone away.</summary>
    [Range(1, 1_000_000)]
    public int LeastBacklog { get; init; } = 500;

    /// <summary>How often it is found out what is under way.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:10")]
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(500);
}
