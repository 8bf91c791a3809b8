using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Shop.Workers.Search;

/// <summary>How far the index is behind the catalogue, and how often the two had to be brought together by hand.</summary>
internal static class SearchTelemetry
{
    private static readonly Meter Meter = new("Shop.Search");

    private static readonly Histogram<double> Lag = Meter.CreateHistogram<double>(
        "shop.search.lag", "s", "From the catalogue's change of a product to its being found so",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300] });

    private static readonly UpDownCounter<long> Waiting = Meter.CreateUpDownCounter<long>(
        "shop.search.pending", "{product}", "Products that this process is about to index");

    private static readonly Counter<long> Documents = Meter.CreateCounter<long>(
        "shop.search.indexed", "{document}", "Documents put into the index or removed");

    private static readonly Counter<long> Drift = Meter.CreateCounter<long>(
        "shop.search.drift", "{document}", "Documents that differed from the catalogue and were mended");

    /// <summary>When what is not indexed yet was taken up.</summary>
    private static readonly ConcurrentDictionary<Hold, long> Begun = new();

    static SearchTelemetry() => Meter.CreateObservableGauge(
        "shop.search.waiting", () => LongestWait().TotalSeconds, "s",
        "How long this process has been at the oldest of what it is about to index; 0 if there is nothing");

    public static void Indexed(int put, int removed)
    {
        Documents.Add(put, new KeyValuePair<string, object?>("outcome", "put"));
        Documents.Add(removed, new KeyValuePair<string, object?>("outcome", "removed"));
    }

    /// <summary>The index says now what the catalogue said so long ago.</summary>
    public static void Followed(TimeSpan lag) => Lag.Record(lag.TotalSeconds);

    public static void Mended(int documents) => Drift.Add(documents);

    /// <summary>Counts until it is disposed of.</summary>
    public static IDisposable Pending(int products) => new Hold(products);

    private static TimeSpan LongestWait()
    {
        var begun = Begun.Values;
        return begun.Count == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(begun.Min());
    }

    private sealed class Hold : IDisposable
    {
        private readonly int _products;

        public Hold(int products)
        {
            Waiting.Add(_products = products);
            Begun[this] = Stopwatch.GetTimestamp();
        }

        public void Dispose()
        {
            Begun.TryRemove(this, out _);
            Waiting.Add(-_products);
        }
    }
}
