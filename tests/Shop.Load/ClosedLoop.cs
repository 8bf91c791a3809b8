using System.Diagnostics;

namespace Shop.Load;

/// <summary>
/// A fixed number of buyers, each coming again when it is done, without a pause to think: the load follows what the
/// shop can take, which finds its throughput. So that what it accepts is also what it gets done, buyers pause while
/// too many accepted orders are under way. Its latencies say how deep the queue is, not how a customer fares.
/// </summary>
internal static class ClosedLoop
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <param name="market">What the buyers share.</param>
    /// <param name="closing">No further visit begins.</param>
    /// <param name="cancellationToken">Visits under way are given up.</param>
    public static Task Run(Market market, CancellationToken closing, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, market.Options.Clients)
            .Select(number => Visits(new Buyer(market, number), market, closing, cancellationToken)));

    private static async Task Visits(
        Buyer buyer, Market market, CancellationToken closing, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            while (!closing.IsCancellationRequested)
            {
                await market.Accepted.Room(closing);
                var wait = await buyer.Visit(Stopwatch.GetTimestamp(), cancellationToken);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait < LongestWait ? wait : LongestWait, closing);
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // Closing time.
        }
    }
}
