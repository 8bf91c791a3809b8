using System.Diagnostics;
using System.Threading.Channels;

namespace Shop.Load;

/// <summary>
/// Customers arrive by chance at a given rate (a Poisson process), whether or not the shop keeps up, as real ones do
/// (Schroeder, Wierman, Harchol-Balter: "Open Versus Closed: A Cautionary Tale", NSDI 2006). Those for whom no buyer
/// is free wait in line, their latency counting from when they came; past a bound they are counted as not sent.
/// </summary>
internal static class OpenLoop
{
    private const int LongestLine = 10_000;

    /// <param name="market">What the buyers share.</param>
    /// <param name="rate">Arrivals per second.</param>
    /// <param name="closing">Nobody arrives any more.</param>
    /// <param name="cancellationToken">Visits under way are given up.</param>
    public static async Task Run(
        Market market, double rate, CancellationToken closing, CancellationToken cancellationToken)
    {
        var line = Channel.CreateBounded<long>(new BoundedChannelOptions(LongestLine) { SingleWriter = true });
        var buyers = Enumerable.Range(0, market.Options.Clients)
            .Select(number => Visits(new Buyer(market, number), market, line.Reader, closing, cancellationToken))
            .ToArray();
        await Arrivals(market, rate, line.Writer, closing);
        line.Writer.Complete();
        await Task.WhenAll(buyers);
    }

    private static async Task Arrivals(
        Market market, double rate, ChannelWriter<long> line, CancellationToken closing)
    {
        var random = new Random(market.Options.Seed);
        var ticksBetween = Stopwatch.Frequency / rate;
        double next = Stopwatch.GetTimestamp();
        while (!closing.IsCancellationRequested)
        {
            var now = Stopwatch.GetTimestamp();
            for (; next <= now; next -= Math.Log(1 - random.NextDouble()) * ticksBetween)
            {
                if (market.Tally.Measuring)
                    market.Tally.Arrives();
                if (!line.TryWrite((long)next) && market.Tally.Measuring)
                    market.Tally.IsNotSent();
            }

            await Task.Delay(1, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task Visits(
        Buyer buyer,
        Market market,
        ChannelReader<long> line,
        CancellationToken closing,
        CancellationToken cancellationToken)
    {
        await Task.Yield();
        await foreach (var intended in line.ReadAllAsync(cancellationToken))
        {
            if (closing.IsCancellationRequested)
                market.Tally.IsNotSent();
            else
                await buyer.Visit(intended, cancellationToken);
        }
    }
}
