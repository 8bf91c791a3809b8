using System.Diagnostics;

namespace Shop.Faults;

/// <summary>Waits for a condition, and not for time.</summary>
internal static class Patience
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <returns>Whether it came to hold within the limit.</returns>
    public static async Task<bool> Until(
        Func<Task<bool>> holds, TimeSpan limit, CancellationToken cancellationToken, TimeSpan? pause = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(began) > limit) return false;
            await Task.Delay(pause ?? Pause, cancellationToken);
        }

        return true;
    }

    /// <exception cref="ProofFailedException">It did not come to hold within the limit.</exception>
    public static async Task For(
        string what, Func<Task<bool>> holds, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!await Until(holds, limit, cancellationToken))
            throw new ProofFailedException($"Not within {limit.TotalSeconds:0} s: {what}.");
    }
}
