using System.ComponentModel.DataAnnotations;

namespace Shop.Sagas.Returns;

/// <summary>How long each step of a return may take. Section <c>Returns</c>.</summary>
internal sealed record ReturnOptions
{
    /// <summary>Until goods must have come back, from when their label was sent; then the return expires.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan SendWithin { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Until a step that others answer is asked for again, doubled each time, up to an hour. However often it is asked for,
    /// it is done once.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RepeatAfter { get; set; } = TimeSpan.FromSeconds(30);
}
