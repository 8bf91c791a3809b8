using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Shop.Load;

/// <summary>
/// Product pages against two yardsticks on the same machine, in rounds that measure all of them one after the other in an
/// order of their own, so that what the machine does otherwise falls on all alike; then what is asked for at a rate.
/// </summary>
internal sealed partial class BrowseBench(BrowseOptions options, BenchSettings settings) : IAsyncDisposable
{
    private const string Page = "shop, page";
    private const string NotModified = "shop, 304";
    private const string Memory = "bare, from memory";
    private const string RedisGet = "bare, a Redis GET";

    /// <summary>Few, so that p99 tells of the server and not of how many ask at once.</summary>
    private const int RatedConnections = 16;

    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(settings.Postgres);
    private readonly Random _random = new(options.Seed);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public async Task<BrowseResult> Run(CancellationToken cancellationToken)
    {
        var products = await Products(cancellationToken);
        var redis = settings.Redis
            ?? throw new SettingException("SHOP_BENCH_REDIS is needed: where the yardstick's Redis is.");
        var warm = await Warm(products, cancellationToken);
        using var yardstick = await YardstickProcess.Start(
            settings.Api, redis, products.Select(product => product.Sku), cancellationToken);
        var targets = Targets(warm, yardstick);
        Say($"{products.Count} products, {options.Rounds} rounds of {targets.Count} × {options.Seconds} s, seed {
            options.Seed}");
        foreach (var target in targets) await Measure(target, options.WarmupSeconds, cancellationToken);

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
            Latencies = await Latencies(targets, most, products, cancellationToken),
        };
    }

    private async Task<IReadOnlyList<Product>> Products(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            "select sku, title, category_id from catalog.product where active order by md5(sku || $1) limit $2");
        command.Parameters.Add(new NpgsqlParameter { Value = options.Seed.ToString(CultureInfo.InvariantCulture) });
        command.Parameters.Add(new NpgsqlParameter { Value = options.Products });
        var products = new List<Product>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            products.Add(new Product(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return products.Count > 0
            ? products
            : throw new BenchFailedException("the catalogue is empty: import products first.");
    }

    private async Task<List<WarmPage>> Warm(IReadOnlyList<Product> products, CancellationToken cancellationToken)
    {
        using var wire = await HttpWire.Connect(settings.Api, cancellationToken);
        var pages = new List<WarmPage>();
        foreach (var (sku, _, _) in products)
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

    private async Task<Dictionary<string, RatedLatency?>> Latencies(
        List<Target> targets,
        Dictionary<string, Throughput> most,
        IReadOnlyList<Product> products,
        CancellationToken cancellationToken)
    {
        var latencies = new Dictionary<string, RatedLatency?>(StringComparer.Ordinal);
        foreach (var target in targets)
            latencies[$"{target.Name}, at half of that"] = await Latency(
                target, most[target.Name].PerSecond / 2, options.Connections, cancellationToken);
        foreach (var (name, path) in Questions())
        {
            var requests = products.Select(product => HttpWire.Get(settings.Api, path(product))).ToArray();
            var target = new Target(name, settings.Api, settings.ApiPid, 200, requests);
            latencies[name] = await IsServed(requests[0], cancellationToken)
                ? await Latency(target, options.Rate, RatedConnections, cancellationToken)
                : null;
        }

        return latencies;
    }

    /// <summary>In the words of the products' titles.</summary>
    private Dictionary<string, Func<Product, string>> Questions() => new()
    {
        ["/search"] = product => $"/search?q={Uri.EscapeDataString(SomeWords(product.Title))}",
        ["/search/suggest"] = product => $"/search/suggest?q={Uri.EscapeDataString(SomePrefix(product.Title))}",
        ["/products?category="] = product => $"/products?category={Uri.EscapeDataString(product.CategoryId)}",
    };

    private string SomeWords(string title)
    {
        var words = Words().Matches(title).Select(word => word.Value).ToArray();
        return words.Length == 0 ? title : string.Join(' ', words.Skip(_random.Next(words.Length)).Take(1 + _random.Next(3)));
    }

    private string SomePrefix(string title) => title[..Math.Min(title.Length, 2 + _random.Next(7))];

    private async Task<bool> IsServed(byte[] request, CancellationToken cancellationToken)
    {
        using var wire = await HttpWire.Connect(settings.Api, cancellationToken);
        return await wire.Exchange(request, cancellationToken) == 200;
    }

    private async Task<RatedLatency> Latency(
        Target target, double rate, int connections, CancellationToken cancellationToken)
    {
        var result = await WireLoad.Paced(target.Address, target.Requests, target.Status, connections,
            TimeSpan.FromSeconds(options.Seconds * 2), rate, cancellationToken);
        return new RatedLatency(result.PerSecond, connections, result.Requests,
            result.Milliseconds(50), result.Milliseconds(99), result.Milliseconds(100), result.Failures);
    }

    private static Throughput Median(List<Dictionary<string, Throughput>> rounds, string name) => new(
        Median(rounds.Select(round => round[name].PerSecond))!.Value,
        Median(rounds.Select(round => round[name].ServerMicroseconds).OfType<double>()),
        Median(rounds.Select(round => round[name].GeneratorShare).OfType<double>()),
        rounds.Sum(round => round[name].Failures));

    private static Ratio Compare(List<Dictionary<string, Throughput>> rounds, string one, string other)
    {
        var ratios = rounds.Select(round => round[one].PerSecond / round[other].PerSecond).ToArray();
        return new Ratio(Median(ratios)!.Value, ratios.Min(), ratios.Max(), Median(rounds
            .Select(round => round[other].ServerMicroseconds / round[one].ServerMicroseconds).OfType<double>()));
    }

    private static double? Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static TimeSpan? CpuOf(int? pid)
    {
        if (pid is not { } known) return null;
        using var process = Process.GetProcessById(known);
        return process.TotalProcessorTime;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"[\p{L}\p{N}]{2,}")]
    private static partial Regex Words();

    private sealed record Product(string Sku, string Title, string CategoryId);

    private sealed record WarmPage(string Sku, string ETag, int Bytes);

    private sealed record Target(string Name, Uri Address, int? Pid, int Status, byte[][] Requests);
}
