using System.Diagnostics;
using Npgsql;
using Shop.Load;

namespace Shop.Faults;

/// <summary>A fault as it was injected; times since the run began.</summary>
internal sealed record Injection(string Fault, string Row, TimeSpan From, TimeSpan Until, string? NotRun);

/// <summary>Everything that a run found.</summary>
internal sealed record ProofResult
{
    public required ProveOptions Options { get; init; }
    public required DateTimeOffset Began { get; init; }
    public required TimeSpan Took { get; init; }
    public required bool Settled { get; init; }
    public required IReadOnlyList<Injection> Injections { get; init; }
    public required Verdict Verdict { get; init; }
    public required IReadOnlyDictionary<string, long> Visits { get; init; }

    /// <summary>By seconds since the run began.</summary>
    public required IReadOnlyList<(int Second, long Accepted, long Confirmed)> Throughput { get; init; }

    public bool Holds => Settled && Verdict.Holds;
}

/// <summary>
/// One run: the shop is started, customers come, faults come over it one after the other, everything is made whole
/// again, the shop comes to rest, and is judged.
/// </summary>
internal sealed class Proof(ProveOptions options, ProveSettings settings)
{
    private const int ConnectionsPerApi = 400;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Ask = TimeSpan.FromSeconds(1);

    private readonly List<Injection> _injections = [];
    private readonly long _began = Stopwatch.GetTimestamp();

    public async Task<ProofResult> Run(CancellationToken cancellationToken)
    {
        options.Out.Create();
        var began = TimeProvider.System.GetUtcNow();
        await using var shop = new ProvedShop(options, settings);
        Tell($"starting two instances of each host from {options.Root.FullName}");
        await shop.Start(cancellationToken);
        using var journal = new BuyersJournal(Path.Combine(options.Out.FullName, "client.jsonl"), TimeProvider.System);
        ShopClient[] clients = [.. shop.Apis.Select(api => new ShopClient(api.Address, ConnectionsPerApi))];
        var market = new Market(clients, new Wares(), journal, options.Seed, options.Pause);
        await shop.Operator.Offer(shop.Database, market.Wares.Stock, cancellationToken);

        Tell($"{options.Buyers} customers come for at least {options.Length.TotalSeconds:0} s");
        var warehouses = new Warehouses(shop);
        var all = AllFaults.Make();
        var scene = new Scene(shop, market, options, new Random(options.Seed));
        using (var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            var comings = Enumerable.Range(0, options.Buyers)
                .Select(number => new Customer(market, number).Come(closing.Token, cancellationToken))
                .Append(warehouses.MoveAbout(closing.Token, cancellationToken)).ToArray();
            await InjectAll(scene, all, cancellationToken);
            foreach (var host in shop.Hosts) await host.BeReady(cancellationToken);
            await closing.CancelAsync();
            await Task.WhenAll(comings);
        }

        Tell("the shop is closed and whole again; waiting until it is at rest");
        var judge = new Judge(shop, journal, warehouses, all, options.IsShort);
        string? underWay = null;
        var settled = await Patience.Until(
            async () => (underWay = await judge.UnderWay(cancellationToken)) is null, options.Settle, cancellationToken, Ask);
        Tell(settled ? "it is at rest" : $"it is not at rest: {underWay}");
        if (!settled) await Unrest.Tell(shop, underWay!, options.Out, Console.Out, cancellationToken);
        var verdict = await judge.Decide(cancellationToken);
        foreach (var client in clients) client.Dispose();
        return new ProofResult
        {
            Options = options,
            Began = began,
            Took = Stopwatch.GetElapsedTime(_began),
            Settled = settled,
            Injections = _injections,
            Verdict = verdict,
            Visits = journal.Visits.GroupBy(visit => visit.Outcome == VisitOutcome.Refused
                    ? $"refused: {visit.Refusal}" : visit.Outcome.ToString())
                .OrderByDescending(group => group.Count()).ToDictionary(group => group.Key, group => group.LongCount()),
            Throughput = await Throughput(shop.Database, began, cancellationToken),
        };
    }

    /// <summary>Each in turn, and from the first again while there is time.</summary>
    private async Task InjectAll(Scene scene, IReadOnlyList<Fault> all, CancellationToken cancellationToken)
    {
        var from = Stopwatch.GetTimestamp();
        await Task.Delay(Before, cancellationToken);
        for (var round = 0; round == 0 || Stopwatch.GetElapsedTime(from) < options.Length; round++)
        {
            foreach (var name in options.Faults)
            {
                if (round > 0 && Stopwatch.GetElapsedTime(from) >= options.Length) break;
                var fault = all.First(fault => fault.Name == name);
                // What cannot be done, and what need not be done twice, is done once.
                if (round > 0 && (fault is Poison || fault.Missing(scene) is not null)) continue;
                await InjectOne(scene, fault, cancellationToken);
                await Task.Delay(Between * options.Share, cancellationToken);
            }

            if (options.Faults.Count == 0) await Task.Delay(Ask, cancellationToken);
        }
    }

    private async Task InjectOne(Scene scene, Fault fault, CancellationToken cancellationToken)
    {
        var at = Stopwatch.GetElapsedTime(_began);
        if (fault.Missing(scene) is { } why)
        {
            Tell($"{fault.Name}: not run, {why}");
            _injections.Add(new Injection(fault.Name, fault.Row, at, at, why));
            return;
        }

        Tell(fault.Name);
        await fault.Inject(scene, cancellationToken);
        await Task.Delay(fault.Length * options.Share, cancellationToken);
        await fault.Heal(scene, cancellationToken);
        _injections.Add(new Injection(fault.Name, fault.Row, at, Stopwatch.GetElapsedTime(_began), null));
    }

    private static async Task<IReadOnlyList<(int, long, long)>> Throughput(
        NpgsqlDataSource database, DateTimeOffset began, CancellationToken cancellationToken)
    {
        var accepted = await Read(JudgeSql.Accepted);
        var confirmed = await Read(JudgeSql.Confirmed);
        if (accepted.Count == 0) return [];
        var last = Math.Max(accepted.Keys.Max(), confirmed.Keys.DefaultIfEmpty().Max());
        return [.. Enumerable.Range(0, last + 1).Select(second =>
            (second, accepted.GetValueOrDefault(second), confirmed.GetValueOrDefault(second)))];

        async Task<Dictionary<int, long>> Read(string sql)
        {
            await using var command = database.CreateCommand(sql);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var counts = new Dictionary<int, long>();
            while (await reader.ReadAsync(cancellationToken))
                counts[(int)Math.Max(0, reader.GetInt64(0) - began.ToUnixTimeSeconds())] = reader.GetInt64(1);
            return counts;
        }
    }

    private void Tell(string what) => Console.WriteLine($"  {Stopwatch.GetElapsedTime(_began).TotalSeconds,6:0.0} s  {what}");
}
