using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Shop.Load;

/// <summary>One run, from the first cart to the audit: warm-up · window · drain · judgement.</summary>
internal sealed class CheckoutBench : IAsyncDisposable
{
    private static readonly TimeSpan Progress = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(60);

    private readonly BenchOptions _options;
    private readonly BenchSettings _settings;
    private readonly NpgsqlDataSource _database;
    private readonly ShopClient _shop;
    private readonly ProviderJournal? _provider;
    private readonly ProcessMeter _processes;
    private readonly AcceptedOrders _accepted;
    private readonly Tally _tally = new();

    public CheckoutBench(BenchOptions options, BenchSettings settings)
    {
        _options = options;
        _settings = settings;
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(settings.Postgres) { ApplicationName = "shop-load" };
            _database = NpgsqlDataSource.Create(connection);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            throw new SettingException("SHOP_BENCH_POSTGRES is not a connection string.");
        }

        // The followers share the buyers' connections, and may open some more.
        _shop = new ShopClient(settings.Api, options.Clients + 32);
        if (settings is { Payments: { } payments, PaymentsKey: { } key })
            _provider = new ProviderJournal(payments, key);
        _processes = new ProcessMeter(settings.PidFolder);
        _accepted = new AcceptedOrders(_database, options.Rate is null ? options.Backlog : int.MaxValue);
    }

    public async Task<BenchResult> Run(CancellationToken cancellationToken)
    {
        await DemandReady(cancellationToken);
        var skus = await Skus(cancellationToken);
        if (_provider is not null)
            await _provider.Begin(cancellationToken);
        Say($"{(_options.Rate is { } rate ? $"open loop at {rate:0.#}/s" : "closed loop")}, {_options.Clients} buyers, {
            skus.Count:N0} products, seed {_options.Seed}");

        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var followers = new Followers(_shop, _tally, ending.Token);
        var market = new Market(_options, skus, _shop, _accepted, followers, _tally);
        var watching = Quietly(_accepted.Watch(ending.Token), ending.Token);
        var buying = _options.Rate is { } arrivals
            ? OpenLoop.Run(market, arrivals, closing.Token, ending.Token)
            : ClosedLoop.Run(market, closing.Token, ending.Token);

        Window window;
        try
        {
            await WarmUp(buying, cancellationToken);
            window = await Measure(buying, cancellationToken);
        }
        finally
        {
            await closing.CancelAsync();
        }

        var drained = await Drain(buying, followers, cancellationToken);
        await ending.CancelAsync();
        await Quietly(buying, ending.Token);
        await watching;
        return await Judge(window, drained, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _shop.Dispose();
        _provider?.Dispose();
        await _database.DisposeAsync();
    }

    private async Task DemandReady(CancellationToken cancellationToken)
    {
        var answer = new Answer();
        await _shop.Send(HttpMethod.Get, _shop.Ready, default, null, null, answer, cancellationToken);
        if (answer.Status != 200)
            throw new BenchFailedException($"{_shop.Ready} answers {answer.Status}.");
    }

    private async Task<IReadOnlyList<string>> Skus(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            "select sku from catalog.product where active and ($1 is null or sku = $1) order by sku");
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = (object?)_options.Sku ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text,
        });
        var skus = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            skus.Add(reader.GetString(0));
        return skus.Count > 0 ? skus : throw new BenchFailedException(_options.Sku is { } wanted
            ? $"No product {wanted} is for sale."
            : "The catalogue is empty: import products first.");
    }

    private async Task WarmUp(Task buying, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var said = began;
        while (_accepted.Accepted < _options.Warmup
            && Stopwatch.GetElapsedTime(began).TotalSeconds < _options.WarmupSeconds)
        {
            DemandBuyers(buying);
            await Task.Delay(50, cancellationToken);
            if (Stopwatch.GetElapsedTime(said) < Progress)
                continue;
            said = Stopwatch.GetTimestamp();
            Say($"  warm-up: {_accepted.Accepted:N0} accepted, {_accepted.UnderWay:N0} under way");
        }
    }

    private async Task<Window> Measure(Task buying, CancellationToken cancellationToken)
    {
        var start = await Read(opening: true, cancellationToken);
        var began = Stopwatch.GetTimestamp();
        var most = new Dictionary<string, long>(start.Memory, StringComparer.Ordinal);
        _tally.Measuring = true;
        var length = TimeSpan.FromSeconds(_options.Seconds);
        var before = 0L;
        while (Stopwatch.GetElapsedTime(began) is var passed && passed < length)
        {
            var left = length - passed;
            await Task.Delay(left < Progress ? left : Progress, cancellationToken);
            DemandBuyers(buying);
            foreach (var (name, bytes) in _processes.ReadMemory())
                most[name] = Math.Max(bytes, most.GetValueOrDefault(name));
            var accepted = _accepted.Measured;
            Say($"  {Stopwatch.GetElapsedTime(began).TotalSeconds,4:0} s: {accepted:N0} accepted (+{
                accepted - before:N0}), {_accepted.UnderWay:N0} under way, {
                _tally.Failures.Values.Sum():N0} HTTP failures");
            before = accepted;
        }

        _tally.Measuring = false;
        return new Window { Start = start, End = await Read(opening: false, cancellationToken), MostMemory = most };
    }

    /// <summary>The database's clock is read next to the window: last as it opens, first when it has closed.</summary>
    private async Task<Reading> Read(bool opening, CancellationToken cancellationToken)
    {
        var database = opening ? null : await DatabaseCounters.Read(_database, cancellationToken);
        var cpu = _processes.ReadCpu();
        return new Reading
        {
            Cpu = cpu,
            Memory = _processes.ReadMemory(),
            UnderWay = _accepted.UnderWay,
            Questions = _accepted.Questions,
            Pauses = _accepted.Pauses(),
            Broker = await BrokerCounters.Read(_settings.RabbitMqManagement, cancellationToken),
            Database = database ?? await DatabaseCounters.Read(_database, cancellationToken),
        };
    }

    /// <summary>Lets what was begun come to its end, within bounds.</summary>
    private async Task<double> Drain(Task buying, Followers followers, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        Say($"  drain: {_accepted.UnderWay:N0} under way");
        while (Stopwatch.GetElapsedTime(began) < LongestDrain
            && (!buying.IsCompleted || _accepted.UnderWay > 0 || followers.Open > 0))
            await Task.Delay(50, cancellationToken);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private async Task<BenchResult> Judge(Window window, double drained, CancellationToken cancellationToken)
    {
        var accepted = _accepted.Listed;
        if (_accepted.Measured == 0)
        {
            throw new BenchFailedException("no checkout was accepted. "
                + string.Join(", ", _tally.Failures.Select(failure => $"{failure.Key} × {failure.Value}")));
        }

        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var journal = new ClientJournal
        {
            Accepted = [.. accepted.Select(order => order.Id)],
            Replays = _tally.Replays,
            ReplaysUnlike = _tally.ReplaysUnlike,
        };
        (journal, var settled) = await Audit.Settle(
            connection, journal, _provider, LongestDrain - TimeSpan.FromSeconds(drained), cancellationToken);
        drained += settled;
        var figures = await RunFigures.Read(
            connection,
            accepted.Where(order => order.Measured).Select(order => order.Id),
            window.Start.Database.At,
            window.End.Database.At,
            cancellationToken);
        var invariants = await Audit.Run(connection, journal, cancellationToken);
        if (_accepted.Accepted > accepted.Count)
            Say($"Only the first {accepted.Count:N0} orders of {_accepted.Accepted:N0} are judged.");
        return BenchResults.Of(_options, _accepted, _tally, window, figures, drained, invariants);
    }

    /// <summary>Buyers never leave by themselves: one that did has met a fault of the generator.</summary>
    private static void DemandBuyers(Task buying)
    {
        if (buying.IsFaulted)
            buying.GetAwaiter().GetResult();
    }

    private static async Task Quietly(Task task, CancellationToken cancellationToken)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked for.
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
