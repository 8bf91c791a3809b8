using System.CommandLine;
using System.Globalization;
using Npgsql;

namespace Shop.Load;

/// <summary>
/// The commands <c>hot</c> and <c>overload</c>: the checkout under two kinds of load, in turns, because the machine has
/// neighbours; what counts is the ratio of each round.
/// </summary>
internal static class CompareCommands
{
    private const double LeastRatio = 0.9;
    private const int UnitsOfHotSku = 100_000;

    private static readonly Option<int> RoundsOption = new("--rounds")
    {
        Description = "Rounds, each of which measures both loads once", DefaultValueFactory = _ => 3,
    };

    private static readonly Option<int> Seconds = new("--seconds")
    {
        Description = "Length of each measurement", DefaultValueFactory = _ => 20,
    };

    private static readonly Option<int> WarmupSeconds = new("--warmup-seconds")
    {
        Description = "Of load before the first measurement; a tenth of it before each other",
        DefaultValueFactory = _ => 60,
    };

    private static readonly Option<string?> Sku = new("--sku")
    {
        Description = "The product that everyone wants (default: the first); more of it is put on the shelves",
    };

    private static readonly Option<double> Times = new("--times")
    {
        Description = "How many times what it can do is offered", DefaultValueFactory = _ => 2,
    };

    private static readonly Option<int?> Seed = new("--seed")
    {
        Description = "Of all random choices (default: random, and printed)",
    };

    public static Command Hot() => Compare("hot", "Everyone wants the same product, next to everyone wanting another", [Sku],
        async (parsed, options, settings, cancellationToken) =>
        {
            options = options with { MostLines = 1 };
            var sku = await Stock(settings, parsed.GetValue(Sku), options.Seed, cancellationToken);
            return await Run(parsed, settings, "spread", options, "hot", _ => options with { Sku = sku }, cancellationToken);
        });

    public static Command Overload() => Compare("overload", "More is offered than the shop can do, next to what it can do", [Times],
        (parsed, options, settings, cancellationToken) => Run(
            parsed, settings, "closed loop", options, $"{parsed.GetValue(Times):0.#} times as much",
            best => options with { Rate = Math.Max(1, best.ConfirmedPerSecond * parsed.GetValue(Times)), Clients = 512 },
            cancellationToken));

    private static Command Compare(
        string name, string description, Option[] more,
        Func<ParseResult, BenchOptions, BenchSettings, CancellationToken, Task<int>> run)
    {
        CommandLine.AtLeast(1, RoundsOption, Seconds);
        CommandLine.AtLeast(0, WarmupSeconds);
        var command = new Command(name, description) { RoundsOption, Seconds, WarmupSeconds, Seed };
        foreach (var option in more) command.Add(option);
        command.SetAction((parsed, cancellationToken) => CommandLine.Guarded(() => run(parsed, BenchOptions.Usual(
            parsed.GetValue(Seconds), parsed.GetValue(WarmupSeconds), parsed.GetValue(Seed)), BenchSettings.FromEnvironment(), cancellationToken), cancellationToken));
        return command;
    }

    private static async Task<int> Run(
        ParseResult parsed, BenchSettings settings, string usual, BenchOptions first, string other,
        Func<BenchResult, BenchOptions> second, CancellationToken cancellationToken)
    {
        var pairs = new List<(BenchResult Usual, BenchResult Other)>();
        var warmup = parsed.GetValue(WarmupSeconds);
        for (var round = 0; round < parsed.GetValue(RoundsOption); round++)
        {
            var one = await Checkout(first, warmup);
            warmup = Math.Max(1, parsed.GetValue(WarmupSeconds) / 10);
            pairs.Add((one, await Checkout(second(one), warmup)));
        }

        Line($"");
        Line($"| | CONFIRMED/s | accepted/s | turned away/s | accepted → CONFIRMED p50, p99 ms | POST /checkout p99 ms | CPU, ms a checkout | failures |");
        Line($"|---|---|---|---|---|---|---|---|");
        foreach (var pair in pairs)
        {
            Row(usual, pair.Usual);
            Row(other, pair.Other);
        }

        var ratios = pairs.Select(pair => pair.Other.ConfirmedPerSecond / pair.Usual.ConfirmedPerSecond).ToArray();
        Line($"");
        Line($"{other} : {usual}, CONFIRMED/s: {ratios.Median():0.00} ({ratios.Min():0.00} to {ratios.Max():0.00}); {LeastRatio} is promised");
        var results = pairs.SelectMany(pair => (BenchResult[])[pair.Usual, pair.Other]).ToArray();
        var broken = results.SelectMany(result => result.Invariants).Where(invariant => !invariant.Value.Holds).ToArray();
        foreach (var (name, invariant) in broken) Line($"FAILED {name} {invariant.Detail}");
        Line($"seed {pairs[0].Usual.Seed}");
        return ratios.Median() >= LeastRatio && broken.Length == 0 && results.All(result => result.HttpFailures.Count == 0) ? 0 : 1;

        async Task<BenchResult> Checkout(BenchOptions options, int warmupSeconds)
        {
            await using var bench = new CheckoutBench(options with { WarmupSeconds = warmupSeconds }, settings);
            return await bench.Run(cancellationToken);
        }

        static void Row(string name, BenchResult result) => Line($"| {name} | {result.ConfirmedPerSecond:0.0} | {
            result.AcceptedPerSecond:0.0} | {result.TurnedAway / result.Seconds:0.0} | {result.DatabaseLatency.P50Ms:0}, {
            result.DatabaseLatency.P99Ms:0} | {result.CheckoutRequest.P99Ms:0} | {
            result.Cpu.Where(process => process.Key != "others").Sum(process => process.Value.MsPerCheckout):0.00} | {
            result.HttpFailures.Values.Sum()} |");
    }

    /// <summary>Puts more of a product on each of its shelves, as a delivery in the ledger, so that it does not sell out.</summary>
    private static async Task<string> Stock(
        BenchSettings settings, string? wanted, int seed, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(settings.Postgres);
        await using var command = database.CreateCommand(
            """
            with hot as (
              select p.sku from catalog.product p join inventory.stock_item s on s.sku = p.sku
              where p.active and ($1 is null or p.sku = $1) order by p.sku limit 1
            ), delivered as (
              update inventory.stock_item s set on_hand = on_hand + $2 from hot where s.sku = hot.sku
              returning s.sku, s.warehouse
            ), written as (
              insert into inventory.ledger_entry
                (sku, warehouse, kind, delta_on_hand, delta_reserved, delta_sold, reference)
              select sku, warehouse, 'RECEIVED', $2, 0, 0, 'bench ' || $3 || ' ' || now() from delivered
              returning sku
            )
            select min(sku) from written
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)wanted ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = UnitsOfHotSku });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = seed });
        return await command.ExecuteScalarAsync(cancellationToken) as string
            ?? throw new BenchFailedException(wanted is null ? "Nothing is in stock." : $"{wanted} is not for sale, or nowhere in stock.");
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
