using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Shop.Faults;

/// <summary>What a run found, for people, for programs, and as a picture.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task Write(ProofResult result, CancellationToken cancellationToken)
    {
        var folder = result.Options.Out.FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "report.md"), Markdown(result), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "report.json"), Json(result), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "throughput.svg"), Picture.Draw(result), cancellationToken);
    }

    public static void Print(ProofResult result, TextWriter to)
    {
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Visits.Values.Sum():N0} visits: {string.Join(", ", result.Visits.Select(pair => $"{pair.Key} {pair.Value}"))}"));
        if (!result.Settled)
            to.WriteLine($"The shop did not come to rest within {result.Options.Settle.TotalSeconds:0} s.");
        foreach (var (id, invariant) in result.Verdict.Invariants)
            to.WriteLine($"{id,-4} {(invariant.Holds ? "holds " : "BROKEN")}  {invariant.Detail}");
        to.WriteLine($"{(result.Holds ? "Everything holds" : "BROKEN")}, seed {result.Options.Seed}, " +
            $"{result.Took.TotalSeconds:0} s; report: {Path.Combine(result.Options.Out.FullName, "report.md")}");
    }

    private static string Markdown(ProofResult result)
    {
        var text = new StringBuilder();
        var per = result.Throughput.Sum(second => second.Confirmed);
        text.AppendLine(CultureInfo.InvariantCulture, $"# Proof of {result.Began:yyyy-MM-dd HH:mm} UTC: {(result.Holds ? "everything holds" : "broken")}")
            .AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"Seed {result.Options.Seed}; {result.Options.Buyers} customers at once; {result.Took.TotalSeconds:0} s in all; {per:N0} orders confirmed.")
            .AppendLine(result.Settled ? "The shop came to rest by itself." : "**The shop did not come to rest in time.**")
            .AppendLine().AppendLine("![CONFIRMED per second, faults marked](throughput.svg)").AppendLine()
            .AppendLine("| visits | |").AppendLine("|---|---|");
        foreach (var (outcome, count) in result.Visits)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {outcome} | {count:N0} |");
        text.AppendLine().AppendLine("| fault | from s | to s | row of the table |").AppendLine("|---|---|---|---|");
        foreach (var injection in result.Injections)
        {
            var when = injection.NotRun is null
                ? string.Create(CultureInfo.InvariantCulture, $"{injection.From.TotalSeconds:0} | {injection.Until.TotalSeconds:0}")
                : "not run |";
            text.AppendLine(CultureInfo.InvariantCulture, $"| {injection.Fault} | {when} | {injection.NotRun ?? injection.Row} |");
        }

        text.AppendLine().AppendLine("| invariant | | counts |").AppendLine("|---|---|---|");
        foreach (var (id, invariant) in result.Verdict.Invariants)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {id} | {(invariant.Holds ? "holds" : "**broken**")} | {invariant.Detail} |");
        return text.ToString();
    }

    private static string Json(ProofResult result) => JsonSerializer.Serialize(new
    {
        holds = result.Holds,
        settled = result.Settled,
        seed = result.Options.Seed,
        began = result.Began,
        seconds = result.Took.TotalSeconds,
        buyers = result.Options.Buyers,
        visits = result.Visits,
        faults = result.Injections.Select(injection => new
        {
            injection.Fault, injection.Row, from = injection.From.TotalSeconds, until = injection.Until.TotalSeconds, injection.NotRun,
        }),
        invariants = result.Verdict.Invariants,
        throughput = result.Throughput.Select(second => new { second.Second, second.Accepted, second.Confirmed }),
    }, Indented);
}
