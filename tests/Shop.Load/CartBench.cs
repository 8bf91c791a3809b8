using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Shop.Load;

/// <summary>
/// Adds to guests' carts through the API, and <c>HSET</c> to Redis alone, in rounds that measure both one after the other,
/// so that what the machine does otherwise falls on both alike. After each round the carts are counted: what was
/// answered with 200 must be in them.
/// </summary>
internal sealed class CartBench(CartOptions options, BenchSettings settings) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(settings.Postgres);
    private readonly ProcessMeter _processes = new(settings.PidFolder);
    private readonly Random _random = new(options.Seed);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public async Task<CartResult> Run(CancellationToken cancellationToken)
    {
        var hset = new HsetYardstick(settings.Redis
            ?? throw new SettingException("SHOP_BENCH_REDIS is needed: the Redis server alone is measured, too."));
        var skus = await Skus(cancellationToken);
        var guests = await Guests(skus, cancellationToken);
        var adds = Adds(guests, skus);
        Say($"{options.Rounds} rounds of 3 × {options.Seconds} s, {skus.Count} products, seed {options.Seed}");
        await WarmUp(guests, adds, cancellationToken);

        var (added, paced, alone) = (new List<WriteFigures>(), new List<WriteFigures>(), new List<WriteFigures>());
        var cpu = new List<Dictionary<string, double>>();
        var missing = 0L;
        for (var round = 1; round <= options.Rounds; round++)
        {
            await Clear(guests, cancellationToken);
            var before = _processes.ReadCpu();
            var result = await Write(adds, options.Seconds, rate: null, cancellationToken);
            cpu.Add(Used(before, _processes.ReadCpu(), result.Requests));
            missing += result.Requests - result.Failures - await Count(guests, cancellationToken);
            added.Add(Figures(result));
            await Clear(guests, cancellationToken);
            paced.Add(Figures(await Write(adds, options.Seconds, added[^1].PerSecond / 2, cancellationToken)));
            alone.Add(await hset.Measure(options.Connections, options.Seconds, cancellationToken));
            Say($"  round {round}: {added[^1].PerSecond:0} adds/s, {alone[^1].PerSecond:0} HSET/s");
        }

        await Clear(guests, cancellationToken);
        return new CartResult
        {
            Options = options,
            Adds = Median(added),
            Paced = Median(paced),
            Hset = Median(alone),
            HsetBy = hset.Name,
            MicrosecondsPerAdd = cpu[0].Keys.ToDictionary(name => name, name => cpu.Select(each => each[name]).Median()),
            UnitsMissing = missing,
        };
    }

    private async Task<IReadOnlyList<string>> Skus(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            "select sku from catalog.product where active and currency = 'USD' order by sku");
        var skus = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) skus.Add(reader.GetString(0));
        return skus.Count >= options.Lines ? skus : throw new BenchFailedException("the catalogue has too few products.");
    }

    /// <summary>The cookies of new guests.</summary>
    private async Task<IReadOnlyList<string>> Guests(IReadOnlyList<string> skus, CancellationToken cancellationToken)
    {
        using var wire = await HttpWire.Connect(settings.Api, cancellationToken);
        var first = Add(skus[0], cookie: null);
        var guests = new string[options.Guests];
        for (var i = 0; i < guests.Length; i++)
        {
            var status = await wire.Exchange(first, cancellationToken);
            if (status != 200 || wire.Header("Set-Cookie") is not { } cookie)
                throw new BenchFailedException($"POST /cart/items answers {status}, and no cookie.");
            guests[i] = cookie.Split(';')[0];
        }

        return guests;
    }

    /// <summary>One unit of each line of each cart, shuffled.</summary>
    private byte[][] Adds(IReadOnlyList<string> guests, IReadOnlyList<string> skus)
    {
        var adds = new List<byte[]>(guests.Count * options.Lines);
        foreach (var guest in guests)
        {
            var first = _random.Next(skus.Count);
            for (var line = 0; line < options.Lines; line++) adds.Add(Add(skus[(first + line) % skus.Count], guest));
        }

        var shuffled = adds.ToArray();
        _random.Shuffle(shuffled);
        return shuffled;
    }

    private byte[] Add(string sku, string? cookie) => HttpWire.Send(
        settings.Api, "POST", "/cart/items", $$"""{"sku":"{{sku}}","quantity":1}""", cookie);

    private async Task WarmUp(IReadOnlyList<string> guests, byte[][] adds, CancellationToken cancellationToken)
    {
        for (var second = 0; second < options.WarmupSeconds; second++)
        {
            await Clear(guests, cancellationToken);
            await Write(adds, seconds: 1, rate: null, cancellationToken);
        }
    }

    private Task<WireResult> Write(byte[][] adds, int seconds, double? rate, CancellationToken cancellationToken)
    {
        var length = TimeSpan.FromSeconds(seconds);
        return rate is { } wanted
            ? WireLoad.Paced(settings.Api, adds, 200, options.Connections, length, wanted, cancellationToken)
            : WireLoad.Closed(settings.Api, adds, 200, options.Connections, length, cancellationToken);
    }

    private async Task Clear(IReadOnlyList<string> guests, CancellationToken cancellationToken)
    {
        using var wire = await HttpWire.Connect(settings.Api, cancellationToken);
        foreach (var guest in guests)
        {
            if (await wire.Exchange(HttpWire.Send(settings.Api, "DELETE", "/cart", cookie: guest), cancellationToken) != 204)
                throw new BenchFailedException("DELETE /cart does not answer 204.");
        }
    }

    /// <summary>Of units in all carts.</summary>
    private async Task<long> Count(IReadOnlyList<string> guests, CancellationToken cancellationToken)
    {
        using var wire = await HttpWire.Connect(settings.Api, cancellationToken);
        var units = 0L;
        foreach (var guest in guests)
        {
            if (await wire.Exchange(HttpWire.Send(settings.Api, "GET", "/cart", cookie: guest), cancellationToken) != 200)
                throw new BenchFailedException("GET /cart does not answer 200.");
            using var cart = JsonDocument.Parse(wire.Text());
            units += cart.RootElement.GetProperty("lines").EnumerateArray()
                .Sum(line => line.GetProperty("quantity").GetInt64());
        }

        return units;
    }

    private static Dictionary<string, double> Used(CpuReading before, CpuReading after, long adds)
    {
        var used = after.Processes.ToDictionary(
            each => each.Key,
            each => each.Value.Milliseconds - (before.Processes.GetValueOrDefault(each.Key)?.Milliseconds ?? 0));
        used["others"] = Math.Max(0, after.Machine - before.Machine - used.Values.Sum());
        return used.ToDictionary(each => each.Key, each => 1000 * each.Value / adds);
    }

    private static WriteFigures Figures(WireResult result) =>
        new(result.PerSecond, result.Milliseconds(50), result.Milliseconds(99), result.Failures);

    private static WriteFigures Median(List<WriteFigures> rounds) => new(
        rounds.Select(round => round.PerSecond).Median(), rounds.Select(round => round.P50Ms).Median(),
        rounds.Select(round => round.P99Ms).Median(), rounds.Sum(round => round.Failures));

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
