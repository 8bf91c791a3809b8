using System.Globalization;
using System.Text.Json;

namespace Shop.Load;

/// <summary>What the command line asks of <c>cart</c>.</summary>
internal sealed record CartOptions
{
    public required int Rounds { get; init; }

    /// <summary>Of each measurement of a round.</summary>
    public required int Seconds { get; init; }

    public required int WarmupSeconds { get; init; }
    public required int Connections { get; init; }
    public required int Guests { get; init; }
    public required int Lines { get; init; }
    public required int Seed { get; init; }
}

/// <summary>What a run of <c>cart</c> came to; of the rounds' figures the medians.</summary>
internal sealed record CartResult
{
    public required CartOptions Options { get; init; }

    /// <summary><c>POST /cart/items</c>, as fast as it is answered.</summary>
    public required WriteFigures Adds { get; init; }

    /// <summary>The same at half that rate.</summary>
    public required WriteFigures Paced { get; init; }

    /// <summary><c>HSET</c> to Redis alone, by as many connections, one command after the other on each.</summary>
    public required WriteFigures Hset { get; init; }

    /// <summary><c>redis-benchmark</c>, or this program where that is not installed.</summary>
    public required string HsetBy { get; init; }

    /// <summary>CPU microseconds for each add, by process; <c>others</c> is the rest of the machine.</summary>
    public required IReadOnlyDictionary<string, double> MicrosecondsPerAdd { get; init; }

    /// <summary>Units that were answered with 200, less those that the carts hold in the end; summed over the rounds.</summary>
    public required long UnitsMissing { get; init; }
}

internal sealed record WriteFigures(double PerSecond, double P50Ms, double P99Ms, long Failures);

/// <summary>A run of <c>cart</c>, as a page of Markdown and as JSON.</summary>
internal static class CartReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task Write(CartResult result, FileInfo file, CancellationToken cancellationToken)
    {
        file.Directory?.Create();
        await using var stream = file.Create();
        await JsonSerializer.SerializeAsync(stream, result, Json, cancellationToken);
    }

    public static void Print(CartResult result, TextWriter console)
    {
        var options = result.Options;
        Line($"");
        Line($"{options.Rounds} rounds of {options.Seconds} s, {options.Connections} connections, {
            options.Guests} carts of {options.Lines} lines, seed {options.Seed}");
        Line($"");
        Line($"| writes | per second | p50 ms | p99 ms | failures |");
        Line($"|---|---|---|---|---|");
        Row("POST /cart/items", result.Adds);
        Row("the same at half that rate", result.Paced);
        Row($"HSET, by {result.HsetBy}", result.Hset);
        Line($"");
        Line($"of raw HSET: {100 * result.Adds.PerSecond / result.Hset.PerSecond:0} %; units that were lost or made: {
            result.UnitsMissing}");
        Line($"CPU µs for each add: {string.Join(", ", result.MicrosecondsPerAdd
            .OrderByDescending(each => each.Value)
            .Select(each => $"{each.Key} {each.Value.ToString("0.0", CultureInfo.InvariantCulture)}"))}");

        void Row(string name, WriteFigures figures) => Line($"| {name} | {figures.PerSecond:0} | {
            figures.P50Ms:0.00} | {figures.P99Ms:0.00} | {figures.Failures} |");

        void Line(FormattableString text) => console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }
}
