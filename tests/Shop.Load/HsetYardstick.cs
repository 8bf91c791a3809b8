using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace Shop.Load;

/// <summary>
/// What the Redis server does alone: <c>HSET</c> of a field as long as a cart's line, without pipelining. By
/// <c>redis-benchmark</c> where it is installed; otherwise by connections of this program, which is slower.
/// </summary>
internal sealed class HsetYardstick(string redis)
{
    private const string Program = "redis-benchmark";
    private const string Key = "shop-bench-hset:";
    private const string Line = "12|4999|USD|1767225600123";
    private const int Carts = 100_000;

    private readonly (string Host, string Port) _server =
        redis.Split(',')[0].Split(':') is [var host, var port] ? (host, port) : (redis, "6379");

    public string Name { get; private set; } = Program;

    public async Task<WriteFigures> Measure(int connections, int seconds, CancellationToken cancellationToken)
    {
        if (Name != Program) return await MeasureHere(connections, seconds, cancellationToken);
        try
        {
            // It counts requests, not seconds.
            var pilot = await MeasureThere(connections, 20_000, cancellationToken);
            return await MeasureThere(connections, (int)(pilot.PerSecond * seconds), cancellationToken);
        }
        catch (Win32Exception)
        {
            Name = "this program";
            return await MeasureHere(connections, seconds, cancellationToken);
        }
    }

    private async Task<WriteFigures> MeasureThere(int connections, int requests, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(Program,
        [
            "-h", _server.Host, "-p", _server.Port, "-c", $"{connections}", "-n", $"{requests}", "-r", $"{Carts}", "--csv",
            "HSET", Key + "__rand_int__", "SKU-1", Line,
        ])
        { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        await Forget();
        // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
        var fields = output.Trim().Split('\n')[^1].Split("\",\"").Select(field => field.Trim('"')).ToArray();
        return fields.Length == 8
            ? new WriteFigures(Number(fields[1]), Number(fields[4]), Number(fields[6]), 0)
            : throw new BenchFailedException($"{Program} said: {output.Trim()}");
    }

    /// <summary>Each client has a connection of its own and waits for each answer, as redis-benchmark's do.</summary>
    private async Task<WriteFigures> MeasureHere(int connections, int seconds, CancellationToken cancellationToken)
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, connections)
            .Select(_ => ConnectionMultiplexer.ConnectAsync(redis)));
        var began = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(servers.Select((server, number) => Task.Run(async () =>
        {
            var (database, times) = (server.GetDatabase(), new List<double>());
            while (Stopwatch.GetElapsedTime(began).TotalSeconds < seconds)
            {
                var sent = Stopwatch.GetTimestamp();
                await database.HashSetAsync($"{Key}{(number * 7919 + times.Count) % Carts}", "SKU-1", Line);
                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }

            return times;
        }, cancellationToken)));
        var passed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (var server in servers) await server.DisposeAsync();
        await Forget();
        var all = latencies.SelectMany(times => times).Order().ToArray();
        return new WriteFigures(all.Length / passed, all[all.Length / 2], all[all.Length * 99 / 100], 0);
    }

    private async Task Forget()
    {
        await using var server = await ConnectionMultiplexer.ConnectAsync(redis);
        foreach (var node in server.GetServers())
            await foreach (var keys in node.KeysAsync(pattern: Key + "*", pageSize: 5_000).Chunk(5_000))
                await server.GetDatabase().KeyDeleteAsync(keys);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
