using System.Globalization;

namespace Shop.Api.RateLimiting;

/// <summary>
/// So many requests in a window, for each whom they are counted by: at once, or evenly over it (the generic cell rate
/// algorithm, ITU-T I.371: each request moves on the time at which the quota is whole again).
/// </summary>
/// <param name="Name">In the fields of the answer, and in the keys that it is counted under.</param>
/// <param name="Requests">In a window.</param>
/// <param name="IsShared">Whether all instances count together, in Redis; otherwise each counts for itself.</param>
internal sealed record Quota(string Name, int Requests, bool IsShared = false)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>How far one request moves the time on.</summary>
    public TimeSpan Step { get; } = Window / Requests;

    /// <summary>The field <c>RateLimit-Policy</c> (draft-ietf-httpapi-ratelimit-headers).</summary>
    public string Policy { get; } = string.Create(
        CultureInfo.InvariantCulture, $"\"{Name}\";q={Requests};w={(int)Window.TotalSeconds}");

    /// <param name="wholeIn">The time until the quota is whole again, this request included.</param>
    public Count Take(TimeSpan wholeIn) => wholeIn <= Window
        ? new Count(this, true, (int)((Window - wholeIn) / Step), wholeIn)
        : new Count(this, false, 0, wholeIn - Window);
}

/// <summary>What became of a request that was counted.</summary>
/// <param name="Quota">Of which.</param>
/// <param name="IsWithin">Whether it is within the quota. One that is not is not counted.</param>
/// <param name="Remaining">How many may follow at once.</param>
/// <param name="Reset">Until the quota is whole again; of one that is over, until the next may come.</param>
internal readonly record struct Count(Quota Quota, bool IsWithin, int Remaining, TimeSpan Reset)
{
    public int ResetSeconds => Math.Max(1, (int)Math.Ceiling(Reset.TotalSeconds));

    /// <summary>The field <c>RateLimit</c>.</summary>
    public string Field => string.Create(
        CultureInfo.InvariantCulture, $"\"{Quota.Name}\";r={Remaining};t={ResetSeconds}");
}
