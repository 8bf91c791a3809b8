using System.Diagnostics;
using HdrHistogram;

namespace Shop.Load;

/// <summary>Loads one server over kept connections, each asking again when it is answered.</summary>
internal static class WireLoad
{
    private const long LongestMicroseconds = 60_000_000;

    /// <summary>As fast as it answers.</summary>
    /// <param name="address">Of the server.</param>
    /// <param name="requests">Asked for in turn, each connection from a place of its own.</param>
    /// <param name="expected">The status; another is counted as a failure.</param>
    /// <param name="connections">Open at once.</param>
    /// <param name="length">How long.</param>
    /// <param name="cancellationToken">Ends it before.</param>
    public static Task<WireResult> Closed(
        Uri address, IReadOnlyList<byte[]> requests, int expected, int connections, TimeSpan length,
        CancellationToken cancellationToken) =>
        Run(address, requests, expected, connections, length, pace: null, cancellationToken);

    /// <summary>
    /// At a rate, each connection its share of it. Latency counts from when a request was due, if what kept it from being
    /// sent was the answer before (Tene's "coordinated omission"), and from when it was sent, if it was the generator's
    /// own timer.
    /// </summary>
    public static Task<WireResult> Paced(
        Uri address, IReadOnlyList<byte[]> requests, int expected, int connections, TimeSpan length, double rate,
        CancellationToken cancellationToken) =>
        Run(address, requests, expected, connections, length, connections / rate, cancellationToken);

    private static async Task<WireResult> Run(
        Uri address, IReadOnlyList<byte[]> requests, int expected, int connections, TimeSpan length, double? pace,
        CancellationToken cancellationToken)
    {
        var wires = new HttpWire[connections];
        for (var i = 0; i < connections; i++) wires[i] = await HttpWire.Connect(address, cancellationToken);
        var began = Stopwatch.GetTimestamp();
        var results = await Task.WhenAll(wires.Select((wire, number) => Task.Run(() => Client(
            wire, requests, number * requests.Count / connections, expected, began, length,
            pace, (double)number / connections, cancellationToken), cancellationToken)));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (var wire in wires) wire.Dispose();
        var all = results[0].Latency;
        foreach (var (latency, _) in results.Skip(1)) all.Add(latency);
        return new WireResult(seconds, all, results.Sum(result => result.Failures));
    }

    private static async Task<(LongHistogram Latency, long Failures)> Client(
        HttpWire wire, IReadOnlyList<byte[]> requests, int first, int expected, long began, TimeSpan length,
        double? pace, double phase, CancellationToken cancellationToken)
    {
        var (latency, failures) = (new LongHistogram(1, LongestMicroseconds, 3), 0L);
        var end = began + (long)(length.TotalSeconds * Stopwatch.Frequency);
        var between = (pace ?? 0) * Stopwatch.Frequency;
        var due = began + phase * between;
        for (var next = first; ; next++)
        {
            var from = Stopwatch.GetTimestamp();
            if (pace is not null)
            {
                if (from > due) from = (long)due;
                else from = await Until((long)due, cancellationToken);
                due += between;
            }

            if (from >= end) return (latency, failures);
            if (await wire.Exchange(requests[next % requests.Count], cancellationToken) != expected) failures++;
            latency.RecordValue(Math.Clamp(
                (long)Stopwatch.GetElapsedTime(from).TotalMicroseconds, 1, LongestMicroseconds));
        }
    }

    /// <returns>When it is, which may be a little later.</returns>
    private static async ValueTask<long> Until(long due, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = Stopwatch.GetTimestamp();
            if (now >= due) return now;
            var left = Math.Ceiling(Stopwatch.GetElapsedTime(now, due).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(left), cancellationToken);
        }
    }
}

/// <param name="Seconds">From the first request to the last answer.</param>
/// <param name="Latency">Microseconds, of every request.</param>
/// <param name="Failures">Those that were not answered as expected.</param>
internal sealed record WireResult(double Seconds, LongHistogram Latency, long Failures)
{
    public long Requests => Latency.TotalCount;
    public double PerSecond => Requests / Seconds;
    public double Milliseconds(double percentile) => Latency.GetValueAtPercentile(percentile) / 1000.0;
}
