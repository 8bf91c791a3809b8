using System.Globalization;
using System.Text.Json;

namespace Shop.Load;

/// <summary>A run's result, for a reader and for a program.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task Write(BenchResult result, FileInfo file, CancellationToken cancellationToken)
    {
        file.Directory?.Create();
        await using var stream = file.Create();
        await JsonSerializer.SerializeAsync(stream, result, Json, cancellationToken);
    }

    public static void Print(BenchResult result, TextWriter console)
    {
        Throughput(result, Line);
        Latencies(result, Line);
        Line($"");
        Load(result, Line);
        Processes(result, Line);
        Line($"");
        foreach (var (name, invariant) in result.Invariants)
            Line($"{name} {(invariant.Holds ? "ok    " : "FAILED")} {invariant.Detail}");
        Line($"seed {result.Seed}");

        void Line(FormattableString text) => console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }

    private static void Throughput(BenchResult result, Action<FormattableString> line)
    {
        line($"");
        line($"{result.Seconds:0.0} s, {result.Loop} loop{(result.Sku is { } sku ? $" on {sku}" : "")}");
        line($"accepted    {result.AcceptedPerSecond,8:0.0}/s");
        line($"CONFIRMED   {result.ConfirmedPerSecond,8:0.0}/s   by the database's clock; in a second {
            result.ConfirmedInSlowestSecond} to {result.ConfirmedInFastestSecond}");
        line($"ends        {List(result.Ends)}   of those accepted in the window");
        line($"HTTP        {result.RequestsPerSecond,8:0.0}/s   failures: {
            (result.HttpFailures.Count == 0 ? "none" : List(result.HttpFailures))}; turned away for later: {
            result.TurnedAway}");
    }

    private static void Latencies(BenchResult result, Action<FormattableString> line)
    {
        line($"");
        line($"{"latency, ms",-44}{"p50",9}{"p99",9}{"max",9}{"samples",10}");
        Row("checkout sent → CONFIRMED seen by polling", result.ClientLatency);
        Row("accepted → CONFIRMED by the order's times", result.DatabaseLatency);
        Row("POST /checkout", result.CheckoutRequest);
        Row("POST /cart/items", result.CartRequest);

        void Row(string name, Latency latency) => line(
            $"{name,-44}{latency.P50Ms,9:0.0}{latency.P99Ms,9:0.0}{latency.MaxMs,9:0.0}{latency.Count,10}");
    }

    private static void Load(BenchResult result, Action<FormattableString> line)
    {
        var flow = result.Flow;
        if (flow.Backlog is { } backlog)
        {
            line($"buyers paused {flow.Pauses} times, {flow.PausedSeconds:0.0} s in all, because {
                backlog} orders were under way");
        }
        else
        {
            line($"{flow.Arrived} arrived, {flow.NotSent} of them not sent");
        }

        line($"under way: {flow.UnderWayAtStart} at the start, {flow.UnderWayAtEnd} at the end; drained in {
            result.DrainSeconds:0.0} s; retried {flow.Retried}");
        line($"followed by polling: {flow.Followed}, not to their end: {
            flow.FollowedUnfinished}, not followed since too many were: {flow.NotFollowed}");
        var cost = result.PerCheckout;
        line($"per checkout: {Count(cost.Transactions)} transactions, {cost.WalBytes:0} bytes of WAL, {
            Count(cost.Published)} messages published, {Count(cost.Delivered)} delivered");
    }

    private static void Processes(BenchResult result, Action<FormattableString> line)
    {
        line($"");
        line($"{"process",-10}{"ms/checkout",12}{$"% of {Environment.ProcessorCount} cores",14}{
            "MiB start",12}{"end",8}{"most",8}");
        foreach (var (name, cpu) in result.Cpu)
        {
            var memory = result.Memory.GetValueOrDefault(name);
            line($"{name,-10}{cpu.MsPerCheckout,12:0.000}{cpu.PercentOfMachine,14:0.0}{memory?.StartMb,12:0.0}{
                memory?.EndMb,8:0.0}{memory?.MaxMb,8:0.0}{(cpu.Restarted ? "  restarted" : "")}");
        }
    }

    private static string Count(double? count) => count?.ToString("0.00", CultureInfo.InvariantCulture) ?? "unknown";

    private static string List(IReadOnlyDictionary<string, long> counts) => string.Join(
        ", ", counts.OrderByDescending(count => count.Value).Select(count => $"{count.Key} {count.Value}"));
}
