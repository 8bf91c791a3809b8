using System.Diagnostics;
using System.Threading.Channels;
using HdrHistogram;

namespace Shop.Load;

/// <summary>
/// Loads one server over kept connections, each asking again when it is answered. Each is used once before the clock runs,
/// and what the generator needs is made before, so that what is measured is the server and not how both begin.
/// </summary>
internal static class WireLoad
{
    private const long LongestMicroseconds = 60_000_000;
    private const int Digits = 3;

    /// <summary>As fast as it answers.</summary>
    /// <param name="address">Of the server.</param>
    /// <param name="requests">Asked for in turn, each connection from a place of its own.</param>
    /// <param name="expected">The status; another is counted as a failure.</param>
    /// <param name="connections">Open at once.</param>
    /// <param name="length">How long.</param>
    /// <param name="cancellationToken">Ends it before.</param>
    public static async Task<WireResult> Closed(
        Uri address, IReadOnlyList<byte[]> requests, int expected, int connections, TimeSpan length,
        CancellationToken cancellationToken)
    {
        using var clients = await Clients.Connect(address, requests, expected, connections, cancellationToken);
        var began = Stopwatch.GetTimestamp();
        var end = began + Ticks(length.TotalSeconds);
        await clients.Run((client, _) => client.Ask(end, cancellationToken), cancellationToken);
        return clients.Result(Stopwatch.GetElapsedTime(began), late: null);
    }

    /// <summary>
    /// At a rate, each connection its share of it, spread evenly. Latency counts from when a request was due, if what kept
    /// it from being sent was the answer before (Tene's "coordinated omission"); from when the generator came to it, if that
    /// was the generator's own timer, of which the result tells how late it was.
    /// </summary>
    public static async Task<WireResult> Paced(
        Uri address, IReadOnlyList<byte[]> requests, int expected, int connections, TimeSpan length, double rate,
        CancellationToken cancellationToken)
    {
        using var clients = await Clients.Connect(address, requests, expected, connections, cancellationToken);
        // A request is sent by whoever says that it is due: nothing else has to wake up for it.
        var due = Enumerable.Range(0, connections).Select(_ => Channel.CreateUnbounded<long>(new UnboundedChannelOptions
        {
            SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = true,
        })).ToArray();
        var late = new LongHistogram(1, LongestMicroseconds, Digits);
        var began = Stopwatch.GetTimestamp();
        var pacer = new Thread(() => Pace(due, began, length, rate, late, cancellationToken))
        {
            IsBackground = true, Name = "pacer",
        };
        var answering = clients.Run(
            (client, number) => client.Ask(due[number].Reader, cancellationToken), cancellationToken);
        pacer.Start();
        await answering;
        return clients.Result(Stopwatch.GetElapsedTime(began), late);
    }

    private static void Pace(
        Channel<long>[] due, long began, TimeSpan length, double rate, LongHistogram late,
        CancellationToken cancellationToken)
    {
        var woke = began;
        for (long next = 0; next < length.TotalSeconds * rate && !cancellationToken.IsCancellationRequested; next++)
        {
            var at = began + Ticks(next / rate);
            while (woke < at)
            {
                Thread.Sleep(1);
                woke = Stopwatch.GetTimestamp();
            }

            late.RecordValue(Microseconds(at, woke));
            due[next % due.Length].Writer.TryWrite(woke);
        }

        foreach (var channel in due) channel.Writer.Complete();
    }

    private static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);

    private static long Microseconds(long from, long to) =>
        Math.Clamp((long)Stopwatch.GetElapsedTime(from, to).TotalMicroseconds, 1, LongestMicroseconds);

    /// <summary>All connections of one measurement.</summary>
    private sealed class Clients : IDisposable
    {
        private readonly Client[] _all;

        private Clients(Client[] all) => _all = all;

        public static async Task<Clients> Connect(
            Uri address, IReadOnlyList<byte[]> requests, int expected, int connections,
            CancellationToken cancellationToken)
        {
            var all = new Client[connections];
            for (var i = 0; i < connections; i++)
            {
                var wire = await HttpWire.Connect(address, cancellationToken);
                all[i] = new Client(wire, requests, i * requests.Count / connections, expected);
                // Whatever is answered: it changes nothing.
                await wire.Exchange(HttpWire.Get(address, "/"), cancellationToken);
            }

            // What the measurement before has left.
            GC.Collect();
            return new Clients(all);
        }

        public Task Run(Func<Client, int, Task> ask, CancellationToken cancellationToken) => Task.WhenAll(
            _all.Select((client, number) => Task.Run(() => ask(client, number), cancellationToken)).ToArray());

        public WireResult Result(TimeSpan length, LongHistogram? late)
        {
            var all = _all[0].Latency;
            foreach (var client in _all.Skip(1)) all.Add(client.Latency);
            return new WireResult(length.TotalSeconds, all, _all.Sum(client => client.Failures), late);
        }

        public void Dispose()
        {
            foreach (var client in _all) client.Wire.Dispose();
        }
    }

    private sealed class Client(HttpWire wire, IReadOnlyList<byte[]> requests, int first, int expected)
    {
        private int _next = first;

        public HttpWire Wire => wire;
        public LongHistogram Latency { get; } = new(1, LongestMicroseconds, Digits);
        public long Failures { get; private set; }

        /// <summary>Again and again until it is time.</summary>
        public async Task Ask(long end, CancellationToken cancellationToken)
        {
            for (var from = Stopwatch.GetTimestamp(); from < end;) from = await Exchange(from, cancellationToken);
        }

        /// <summary>Whenever it is due.</summary>
        public async Task Ask(ChannelReader<long> due, CancellationToken cancellationToken)
        {
            // Whoever says what is due also says when nothing is any more.
            while (await due.WaitToReadAsync(CancellationToken.None))
                while (due.TryRead(out var from)) await Exchange(from, cancellationToken);
        }

        /// <returns>When it was answered.</returns>
        private async ValueTask<long> Exchange(long from, CancellationToken cancellationToken)
        {
            if (await wire.Exchange(requests[_next++ % requests.Count], cancellationToken) != expected) Failures++;
            var answered = Stopwatch.GetTimestamp();
            Latency.RecordValue(Microseconds(from, answered));
            return answered;
        }
    }
}

/// <param name="Seconds">From the first request to the last answer.</param>
/// <param name="Latency">Microseconds, of every request.</param>
/// <param name="Failures">Those that were not answered as expected.</param>
/// <param name="Late">Microseconds that the generator itself came late to a request; null if there was no rate.</param>
internal sealed record WireResult(double Seconds, LongHistogram Latency, long Failures, LongHistogram? Late)
{
    public long Requests => Latency.TotalCount;
    public double PerSecond => Requests / Seconds;
    public double Milliseconds(double percentile) => Latency.GetValueAtPercentile(percentile) / 1000.0;
    public double? LateMilliseconds(double percentile) => Late?.GetValueAtPercentile(percentile) / 1000.0;
}
