using System.CommandLine;
using System.Globalization;
using Npgsql;

namespace Shop.Load;

/// <summary>The command <c>growth</c>: what a checkout costs while the tables grow.</summary>
internal static class GrowthCommand
{
    /// <summary>By which a checkout's WAL and messages may differ from the smallest size's; its CPU is the machine's, too.</summary>
    private const double Tolerance = 1.1;

    private static readonly Option<int[]> Sizes = new("--sizes")
    {
        Description = "Orders in the tables, ascending: copies of those made so far are added until there are so many",
        DefaultValueFactory = _ => [10_000, 100_000, 1_000_000],
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int> Seconds = new("--seconds")
    {
        Description = "Length of the measured window at each size", DefaultValueFactory = _ => 30,
    };

    private static readonly Option<int> WarmupSeconds = new("--warmup-seconds")
    {
        Description = "Of load before the first window; a quarter of it before each other", DefaultValueFactory = _ => 80,
    };

    private static readonly Option<int?> Seed = new("--seed")
    {
        Description = "Of all random choices (default: random, and printed)",
    };

    public static Command Growth()
    {
        CommandLine.AtLeast(1, Seconds, WarmupSeconds);
        Sizes.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => !int.TryParse(token.Value, CultureInfo.InvariantCulture, out var size)
                    || size is < 1 or > 10_000_000))
                result.AddError("--sizes are 1 to 10000000.");
        });
        var growth = new Command("growth", "What a checkout costs with more and more orders in the tables")
        {
            Sizes, Seconds, WarmupSeconds, Seed,
        };
        growth.SetAction((parsed, cancellationToken) => CommandLine.Guarded(
            () => Run(parsed.GetValue(Sizes)!.Order().ToArray(), BenchOptions.Usual(
                parsed.GetValue(Seconds), parsed.GetValue(WarmupSeconds), parsed.GetValue(Seed)), cancellationToken), cancellationToken));
        return growth;
    }

    private static async Task<int> Run(int[] sizes, BenchOptions options, CancellationToken cancellationToken)
    {
        var settings = BenchSettings.FromEnvironment();
        await using var database = NpgsqlDataSource.Create(settings.Postgres);
        var runs = new List<(long Orders, BenchResult Result)>();
        foreach (var size in sizes)
        {
            long orders;
            await using (var connection = await database.OpenConnectionAsync(cancellationToken))
            {
                if (await OlderOrders.Count(connection, cancellationToken) == 0)
                    await Checkout(options with { Seconds = 1 }, settings, cancellationToken); // of which copies can be made
                await OlderOrders.Add(connection, size, cancellationToken);
                orders = await OlderOrders.Count(connection, cancellationToken);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"with {orders:N0} orders"));
            runs.Add((orders, await Checkout(options, settings, cancellationToken)));
            if (runs.Count == 1) options = options with { WarmupSeconds = Math.Max(1, options.WarmupSeconds / 4) };
        }

        return Print(runs);
    }

    private static async Task<BenchResult> Checkout(
        BenchOptions options, BenchSettings settings, CancellationToken cancellationToken)
    {
        await using var bench = new CheckoutBench(options, settings);
        return await bench.Run(cancellationToken);
    }

    private static int Print(IReadOnlyList<(long Orders, BenchResult Result)> runs)
    {
        Line($"");
        Line($"| orders in the tables | CONFIRMED/s | p50, p99 ms | CPU, ms a checkout | PostgreSQL's | WAL, KB | messages | transactions |");
        Line($"|---|---|---|---|---|---|---|---|");
        foreach (var (orders, result) in runs)
            Line($"| {orders:N0} | {result.ConfirmedPerSecond:0.0} | {result.DatabaseLatency.P50Ms:0}, {
                result.DatabaseLatency.P99Ms:0} | {Cpu(result):0.00} | {
                result.Cpu.GetValueOrDefault("postgres")?.MsPerCheckout:0.00} | {result.PerCheckout.WalBytes / 1000:0.0} | {
                result.PerCheckout.Published:0.00} | {result.PerCheckout.Transactions:0.00} |");
        var (first, last) = (runs[0].Result, runs[^1].Result);
        var wal = last.PerCheckout.WalBytes / first.PerCheckout.WalBytes;
        var messages = last.PerCheckout.Published / first.PerCheckout.Published;
        Line($"");
        Line($"the last to the first: CPU × {Cpu(last) / Cpu(first):0.00}, WAL × {wal:0.00}, messages × {messages:0.00}");
        var broken = runs.SelectMany(run => run.Result.Invariants.Where(invariant => !invariant.Value.Holds)
            .Select(invariant => $"{invariant.Key} with {run.Orders} orders: {invariant.Value.Detail}")).ToList();
        foreach (var line in broken) Line($"FAILED {line}");
        return broken.Count == 0 && wal <= Tolerance && messages is not > Tolerance ? 0 : 1;

        static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Of the shop and its servers, without the load generator, the simulator and whoever else is at work.</summary>
    private static double Cpu(BenchResult result) => result.Cpu
        .Where(process => process.Key is not ("load" or "payments" or "others")).Sum(process => process.Value.MsPerCheckout);
}
