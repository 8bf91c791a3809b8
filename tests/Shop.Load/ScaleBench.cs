using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Shop.Load;

/// <summary>
/// Whether several instances of each host do what one does: stages with the same load, and one in which each instance is
/// restarted in its turn while buyers come. Each is judged by what its buyers saw and by the books.
/// </summary>
internal sealed class ScaleBench : IAsyncDisposable
{
    /// <summary>So that others serve while one is away.</summary>
    private const int Restarted = 2;

    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(60);

    private readonly BenchSettings _settings;
    private readonly NpgsqlDataSource _database;
    private readonly ScaledShop _shop;
    private readonly (int Checkouts, int Buyers, int Seed) _load;
    private readonly string _run = $"SCALE-{Guid.NewGuid():N}"[..14].ToUpperInvariant();

    /// <param name="settings">Where everything is.</param>
    /// <param name="checkouts">Of each stage.</param>
    /// <param name="buyers">At once.</param>
    /// <param name="seed">Of the load.</param>
    public ScaleBench(BenchSettings settings, int checkouts, int buyers, int seed)
    {
        _settings = settings;
        _load = (checkouts, buyers, seed);
        _database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.Postgres)
        {
            ApplicationName = "shop-load",
        });
        _shop = new ScaledShop(settings, _database);
    }

    /// <returns>Whether everything held.</returns>
    public async Task<bool> Run(int most, CancellationToken cancellationToken)
    {
        Say($"{_load.Checkouts:N0} checkouts a stage, {_load.Buyers} buyers at once, seed {_load.Seed}");
        Say($"{"of each",-16}{"accepted",9}{"ended",7}  {"CONFIRMED",10}{"OUT_OF_STOCK",13}{"PAYMENT_FAILED",15}{
            "failed",8}{"asked elsewhere",16}{"asked later",12}{"a second",10}");
        var (holds, first) = (true, (IReadOnlyDictionary<string, int>?)null);
        for (var instances = 1; instances <= most; instances++)
        {
            var ends = await Stage($"{instances}", instances, isRestarted: false, cancellationToken);
            holds &= ends is not null;
            first ??= ends;
            if (first is null || ends is null || first.OrderBy(end => end.Key).SequenceEqual(ends.OrderBy(end => end.Key)))
                continue;
            Say($"    WRONG: {instances} of each end otherwise than 1 of each");
            holds = false;
        }

        holds &= await Stage($"{Restarted}, restarted", Restarted, isRestarted: true, cancellationToken) is not null;
        await _shop.Scale(1, cancellationToken);
        Say($"{(holds ? "The same however many there are, and nothing is lost." : "It does NOT hold.")}");
        return holds;
    }

    public async ValueTask DisposeAsync()
    {
        _shop.Dispose();
        await _database.DisposeAsync();
    }

    /// <returns>How its orders ended; null if anything was wrong.</returns>
    private async Task<IReadOnlyDictionary<string, int>?> Stage(
        string name, int instances, bool isRestarted, CancellationToken cancellationToken)
    {
        await _shop.Scale(instances, cancellationToken);
        var scarce = Math.Max(1, _load.Checkouts / 8);
        var goods = await _shop.Offer(
            $"{_run}-{(isRestarted ? "R" : instances)}", plenty: 1_000_000, scarce, cancellationToken);
        using var journal = _settings is { Payments: { } payments, PaymentsKey: { } key } ? new ProviderJournal(payments, key) : null;
        if (journal is not null) await journal.Begin(cancellationToken);
        using var balancer = new Balancer(_shop.Apis(instances));
        var load = new ScaleLoad(balancer, goods, _load.Seed);
        var began = Stopwatch.GetTimestamp();
        var restarting = isRestarted ? _shop.Restart(cancellationToken) : Task.CompletedTask;
        await load.Run(
            _load.Buyers, number => number < _load.Checkouts || !restarting.IsCompleted && number < 1_000_000, cancellationToken);
        await restarting;
        var took = Stopwatch.GetElapsedTime(began);

        var invariants = await Judge(load, journal, cancellationToken);
        Print(name, load, balancer, took);
        return Complain(load, invariants) ? null : load.Ends;
    }

    private async Task<IReadOnlyDictionary<string, Invariant>> Judge(
        ScaleLoad load, ProviderJournal? provider, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var journal = new ClientJournal
        {
            Accepted = load.Accepted, Replays = load.Replays, ReplaysUnlike = load.ReplaysUnlike,
        };
        (journal, _) = await Audit.Settle(connection, journal, provider, LongestSettling, cancellationToken);
        return await Audit.Run(connection, journal, cancellationToken);
    }

    private static void Print(string name, ScaleLoad load, Balancer balancer, TimeSpan took) => Say(
        $"{name,-16}{load.Accepted.Count,9:N0}{load.Ends.Values.Sum(),7:N0}  {load.Ends.GetValueOrDefault("CONFIRMED"),10:N0}{
            load.Ends.GetValueOrDefault("OUT_OF_STOCK"),13:N0}{load.Ends.GetValueOrDefault("PAYMENT_FAILED"),15:N0}{
            load.Failed.Count,8:N0}{balancer.Elsewhere,16:N0}{load.Later,12:N0}{load.Accepted.Count / took.TotalSeconds,10:N1}");

    /// <returns>Whether there was reason to.</returns>
    private static bool Complain(ScaleLoad load, IReadOnlyDictionary<string, Invariant> invariants)
    {
        List<string> wrong = [.. load.Failed.GroupBy(failure => failure).Select(same => $"{same.Key} × {same.Count()}").Take(10)];
        if (load.Accepted.Count != load.Ends.Values.Sum())
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{load.Accepted.Count} accepted, {load.Ends.Values.Sum()} ended"));
        foreach (var end in load.Expected.Keys.Union(load.Ends.Keys))
        {
            if (load.Expected.GetValueOrDefault(end) is var expected && load.Ends.GetValueOrDefault(end) != expected)
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{end}: {load.Ends.GetValueOrDefault(end)} of {expected}"));
        }

        wrong.AddRange(invariants.Where(each => !each.Value.Holds).Select(each => $"{each.Key}: {each.Value.Detail}"));
        foreach (var complaint in wrong) Say($"    WRONG: {complaint}");
        if (wrong.Count == 0) Say($"    {string.Join(' ', invariants.Keys)} hold");
        return wrong.Count > 0;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
