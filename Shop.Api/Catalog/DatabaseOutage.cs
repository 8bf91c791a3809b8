namespace Shop.Api.Catalog;

/// <summary>
/// That the database could not be reached a moment ago. Meanwhile what is kept is served as it is, without waiting for
/// another attempt: whatever it is, so that nothing but its absence may say so.
/// </summary>
internal sealed class DatabaseOutage(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private long _until = long.MinValue;

    public bool GoesOn => time.GetTimestamp() < Volatile.Read(ref _until);

    public void Noticed() => Volatile.Write(ref _until, time.After(Pause));

    /// <summary>It was read from.</summary>
    public void Ended() => Volatile.Write(ref _until, long.MinValue);
}

internal static class Timestamps
{
    /// <summary>The timestamp that it will be in so long.</summary>
    public static long After(this TimeProvider time, TimeSpan span) =>
        time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);
}
