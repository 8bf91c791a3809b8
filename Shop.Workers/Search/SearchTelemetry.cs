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

    /// <summary>Older changes did not cause this indexing: it was asked for by something else, such as stock.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);

    public static void Indexed(int put, int removed, IEnumerable<TimeSpan> ages)
    {
        Documents.Add(put, new KeyValuePair<string, object?>("outcome", "put"));
        Documents.Add(removed, new KeyValuePair<string, object?>("outcome", "removed"));
        foreach (var age in ages.Where(age => age < Recent)) Lag.Record(age.TotalSeconds);
    }

    public static void Mended(int documents) => Drift.Add(documents);

    /// <summary>Counts until it is disposed of.</summary>
    public static IDisposable Pending(int products) => new Hold(products);

    private sealed class Hold : IDisposable
    {
        private readonly int _products;

        public Hold(int products) => Waiting.Add(_products = products);

        public void Dispose() => Waiting.Add(-_products);
    }
}
