using System.ComponentModel.DataAnnotations;

namespace Shop.Api.Orders;

/// <summary>How orders are followed as they move, by one process. Section <c>OrderEvents</c>.</summary>
internal sealed class OrderEventsOptions
{
    /// <summary>Streams that one caller may have open.</summary>
    [Range(1, 100)]
    public int MostOfCaller { get; init; } = 10;

    /// <summary>Streams that all callers together may have open.</summary>
    [Range(1, 100_000)]
    public int Most { get; init; } = 4_000;

    /// <summary>How often the orders that are being worked on are looked at.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Between signs of life.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:05:00")]
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Then a stream ends, and its client comes again, with the credentials it has then.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(15);
}
