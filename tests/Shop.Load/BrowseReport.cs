using System.Globalization;
using System.Text.Json;

namespace Shop.Load;

/// <summary>A run of <c>browse</c>, as a page of Markdown and as JSON.</summary>
internal static class BrowseReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task Write(BrowseResult result, FileInfo file, CancellationToken cancellationToken)
    {
        file.Directory?.Create();
        await using var stream = file.Create();
        await JsonSerializer.SerializeAsync(stream, result, Json, cancellationToken);
    }

    public static void Print(BrowseResult result, TextWriter console)
    {
        Line($"");
        Line($"{result.Rounds} rounds, {result.Connections} connections, {result.Products} products of {
            result.BytesOfPage:0} bytes at the mean, seed {result.Seed}");
        Line($"");
        Line($"| as fast as it goes | requests/s | server CPU, µs each | generator's share of the CPU | failures |");
        Line($"|---|---|---|---|---|");
        foreach (var (name, most) in result.Most)
            Line($"| {name} | {most.PerSecond:0} | {most.ServerMicroseconds:0.0} | {
                most.GeneratorShare:0} % | {most.Failures} |");
        Line($"");
        Line($"| requests/s of one to those of the other | median | least | most | by server CPU |");
        Line($"|---|---|---|---|---|");
        foreach (var (name, ratio) in result.Ratios)
            Line($"| {name} | {ratio.Median:0.00} | {ratio.Least:0.00} | {ratio.Most:0.00} | {ratio.ServerCpu:0.00} |");
        Line($"");
        Line($"| at a rate | requests/s | connections | p50 ms | p99 ms | worst round's p99 | generator late, p99 ms | failures |");
        Line($"|---|---|---|---|---|---|---|---|");
        foreach (var (name, latency) in result.Latencies)
            Line($"| {name} | {latency.Rate:0} | {latency.Connections} | {latency.P50Ms:0.00} | {
                latency.P99Ms:0.00} | {latency.WorstP99Ms:0.00} | {latency.LateP99Ms:0.00} | {
                latency.Failures} |");
        Line($"");
        Line($"| tables and indexes | rows | MB |");
        Line($"|---|---|---|");
        foreach (var size in result.Sizes) Line($"| {size.Name} | {size.Rows} | {size.Bytes / 1e6:0.0} |");
        Line($"");
        Line($"| promised | bound | measured | |");
        Line($"|---|---|---|---|");
        foreach (var promise in result.Promises)
            Line($"| {promise.Name} | {(promise.AtLeast is null ? "at most" : "at least")} {
                promise.AtLeast ?? promise.AtMost:0.##} | {promise.Measured:0.00} | {(promise.Holds ? "holds" : "MISSED")} |");

        void Line(FormattableString text) => console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }
}
