using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Shop.Load;

/// <summary>
/// Product pages against two yardsticks on the same machine, in rounds that measure all of them one after the other in an
/// order of their own, so that what the machine does otherwise falls on all alike; then what is asked for at a rate.
/// </summary>
internal sealed class BrowseBench(BrowseOptions options, BenchSettings settings) : IAsyncDisposable
{
    public const string Page = "shop, page";
    public const string NotModified = "shop, 304";
    public const string Memory = "bare, from memory";
    private const string RedisGet = "bare, a Redis GET";

    /// <summary>Few, so that p99 tells of the server and not of how many ask at once.</summary>
    private const int RatedConnections = 16;

    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(settings.Postgres);
    private readonly Random _random = new(options.Seed);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public async Task<BrowseResult> Run(CancellationToken cancellationToken)
    {
        var questions = await BrowseQuestions.Of(settings.Api, _database, options.Seed, cancellationToken);
        var products = questions.Products.Take(options.Products).ToList();
        var redis = settings.Redis
            ?? throw new SettingException("SHOP_BENCH_REDIS is needed: where the yardstick's Redis is.");
        var warm = await Warm(products, cancellationToken);
        using var yardstick = await YardstickProcess.Start(
            settings.Api, redis, products.Select(product => product.Sku), cancellationToken);
        var targets = Targets(warm, yardstick);
        Say($"{products.Count} products, {options.Rounds} rounds of {targets.Count} × {options.Seconds} s, seed {
            options.Seed}");
        foreach (var target in targets) await Measure(target, options.WarmupSeconds, cancellationToken);
        // Also what is asked at a rate later: code that is compiled while something else is measured takes a core from it.
        var asked = Asked(questions);
        foreach (var target in asked)
            await WireLoad.Paced(target.Address, Last(target.Requests), target.Status, RatedConnections,
                TimeSpan.FromSeconds(options.WarmupSeconds), options.Rate, cancellationToken);

        var rounds = new List<Dictionary<string, Throughput>>();
        for (var round = 1; round <= options.Rounds; round++)
        {
            var measured = new Dictionary<string, Throughput>(StringComparer.Ordinal);
            foreach (var target in targets.OrderBy(_ => _random.Next()))
                measured[target.Name] = await Measure(target, options.Seconds, cancellationToken);
            rounds.Add(measured);
            Say($"  round {round}: {string.Join(", ", targets.Select(target =>
                $"{target.Name} {measured[target.Name].PerSecond.ToString("0", CultureInfo.InvariantCulture)}/s"))}");
        }

        var most = targets.ToDictionary(
            target => target.Name, target => Median(rounds, target.Name), StringComparer.Ordinal);
        return new BrowseResult
        {
            Seed = options.Seed,
            Rounds = options.Rounds,
            Connections = options.Connections,
            Products = products.Count,
            BytesOfPage = warm.Average(page => page.Bytes),
            Most = most,
            Ratios = new Dictionary<string, Ratio>
            {
                [$"{Page} : {Memory}"] = Compare(rounds, Page, Memory),
                [$"{NotModified} : {Memory}"] = Compare(rounds, NotModified, Memory),
                [$"{NotModified} : {Page}"] = Compare(rounds, NotModified, Page),
                [$"{Page} : {RedisGet}"] = Compare(rounds, Page, RedisGet),
            },
            Latencies = await Latencies(targets, most, asked, cancellationToken),
            Sizes = await CatalogueSizes.Read(_database, cancellationToken),
        };
    }

    private async Task<List<WarmPage>> Warm(IReadOnlyList<AskedProduct> products, CancellationToken cancellationToken)
    {
        using var wire = await HttpWire.Connect(settings.Api, cancellationToken);
        var pages = new List<WarmPage>();
        foreach (var (sku, _, _, _) in products)
        {
            var status = await wire.Exchange(HttpWire.Get(settings.Api, $"/products/{sku}"), cancellationToken);
            if (status != 200) throw new BenchFailedException($"/products/{sku} answers {status}.");
            pages.Add(new WarmPage(sku, wire.Header("ETag")!, wire.Body.Length));
        }

        return pages;
    }

    private List<Target> Targets(List<WarmPage> pages, YardstickProcess yardstick)
    {
        var api = settings.Api;
        var bare = yardstick.Address;
        return
        [
            new(Page, api, settings.ApiPid, 200, [.. pages.Select(page => HttpWire.Get(api, $"/products/{page.Sku}"))]),
            new(NotModified, api, settings.ApiPid, 304,
                [.. pages.Select(page => HttpWire.Get(api, $"/products/{page.Sku}", page.ETag))]),
            new(Memory, bare, yardstick.Pid, 200, [.. pages.Select(page => HttpWire.Get(bare, $"/memory/{page.Sku}"))]),
            new(RedisGet, bare, yardstick.Pid, 200, [.. pages.Select(page => HttpWire.Get(bare, $"/redis/{page.Sku}"))]),
        ];
    }

    private List<Target> Asked(BrowseQuestions questions) =>
    [
        .. questions.Asked.Select(asked => new Target(asked.Key, settings.Api, settings.ApiPid, 200,
            [.. asked.Value.Select(path => HttpWire.Get(settings.Api, path))])),
    ];

    private async Task<Throughput> Measure(Target target, int seconds, CancellationToken cancellationToken)
    {
        var (server, own) = (CpuOf(target.Pid), CpuOf(Environment.ProcessId)!.Value);
        var result = await WireLoad.Closed(target.Address, target.Requests, target.Status, options.Connections,
            TimeSpan.FromSeconds(seconds), cancellationToken);
        var used = CpuOf(target.Pid) - server;
        own = CpuOf(Environment.ProcessId)!.Value - own;
        return new Throughput(
            result.PerSecond, used?.TotalMicroseconds / result.Requests, 100 * own / (own + used), result.Failures);
    }

    private async Task<Dictionary<string, RatedLatency>> Latencies(
        List<Target> targets,
        Dictionary<string, Throughput> most,
        List<Target> asked,
        CancellationToken cancellationToken)
    {
        var rated = targets
            .Select(target => (Name: AtHalf(target.Name), target, Rate: most[target.Name].PerSecond / 2, options.Connections))
            .Concat(asked.Select(target => (target.Name, target, Rate: (double)options.Rate, Connections: RatedConnections)))
            .ToList();
        var rounds = rated.ToDictionary(each => each.Name, _ => new List<WireResult>(), StringComparer.Ordinal);
        for (var round = 0; round < options.Rounds; round++)
            foreach (var (name, target, rate, connections) in rated.OrderBy(_ => _random.Next()))
                rounds[name].Add(await WireLoad.Paced(target.Address, From(target.Requests, round), target.Status,
                    connections, TimeSpan.FromSeconds(options.Seconds), rate, cancellationToken));
        return rated.ToDictionary(
            each => each.Name, each => RatedLatency.Of(rounds[each.Name], each.Connections), StringComparer.Ordinal);
    }

    /// <summary>Each round goes on where the one before ended, so that no answer is one that was kept from it.</summary>
    private byte[][] From(byte[][] requests, int round)
    {
        var first = round * options.Rate * options.Seconds % requests.Length;
        return [.. requests[first..], .. requests[..first]];
    }

    /// <summary>What no round comes to, unless it is many.</summary>
    private byte[][] Last(byte[][] requests) =>
        requests[Math.Max(0, requests.Length - options.Rate * options.WarmupSeconds)..];

    public static string AtHalf(string name) => $"{name}, at half of that";

    private static Throughput Median(List<Dictionary<string, Throughput>> rounds, string name) => new(
        rounds.Select(round => round[name].PerSecond).Median(),
        rounds.Select(round => round[name].ServerMicroseconds).Median(),
        rounds.Select(round => round[name].GeneratorShare).Median(),
        rounds.Sum(round => round[name].Failures));

    private static Ratio Compare(List<Dictionary<string, Throughput>> rounds, string one, string other)
    {
        var ratios = rounds.Select(round => round[one].PerSecond / round[other].PerSecond).ToArray();
        return new Ratio(ratios.Median(), ratios.Min(), ratios.Max(),
            rounds.Select(round => round[other].ServerMicroseconds / round[one].ServerMicroseconds).Median());
    }

    private static TimeSpan? CpuOf(int? pid)
    {
        if (pid is not { } known) return null;
        using var process = Process.GetProcessById(known);
        return process.TotalProcessorTime;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed record WarmPage(string Sku, string ETag, int Bytes);

    private sealed record Target(string Name, Uri Address, int? Pid, int Status, byte[][] Requests);
}
