using HdrHistogram;

namespace Shop.Load;

/// <summary>Puts together what was counted, timed, metered and judged.</summary>
internal static class BenchResults
{
    public static BenchResult Of(
        BenchOptions options,
        AcceptedOrders accepted,
        Tally tally,
        Window window,
        RunFigures figures,
        double drained,
        IReadOnlyDictionary<string, Invariant> invariants) => new()
        {
            Loop = options.Rate is null ? "closed" : "open",
            Rate = options.Rate,
            Sku = options.Sku,
            Clients = options.Clients,
            Seed = options.Seed,
            Seconds = window.Seconds,
            AcceptedPerSecond = accepted.Measured / window.Seconds,
            ConfirmedPerSecond = figures.Confirmed / window.Seconds,
            ConfirmedInSlowestSecond = figures.ConfirmedBySecond.DefaultIfEmpty().Min(),
            ConfirmedInFastestSecond = figures.ConfirmedBySecond.DefaultIfEmpty().Max(),
            ConfirmedBySecond = figures.ConfirmedBySecond,
            ClientLatency = Of(tally.ConfirmedLatency),
            DatabaseLatency = figures.Latency,
            CheckoutRequest = Of(tally.CheckoutLatency),
            CartRequest = Of(tally.CartLatency),
            RequestsPerSecond = tally.Requests / window.Seconds,
            Ends = figures.Ends,
            TurnedAway = tally.TurnedAway,
            HttpFailures = tally.Failures,
            Flow = Flow(options, tally, window),
            Cpu = window.Cpu(accepted.Measured),
            Memory = window.Memory(),
            PerCheckout = window.Cost(accepted.Measured, window.End.Questions - window.Start.Questions),
            DrainSeconds = drained,
            Invariants = invariants,
        };

    private static Flow Flow(BenchOptions options, Tally tally, Window window) => new()
    {
        Backlog = options.Rate is null ? options.Backlog : null,
        Pauses = window.End.Pauses.Times - window.Start.Pauses.Times,
        PausedSeconds = (window.End.Pauses.Length - window.Start.Pauses.Length).TotalSeconds,
        UnderWayAtStart = window.Start.UnderWay,
        UnderWayAtEnd = window.End.UnderWay,
        Arrived = tally.Arrived,
        NotSent = tally.NotSent,
        Followed = tally.Followed,
        NotFollowed = tally.NotFollowed,
        FollowedUnfinished = tally.Unfinished,
        Retried = tally.Retried,
    };

    private static Latency Of(HistogramBase microseconds)
    {
        return microseconds.TotalCount == 0
            ? new Latency(0, null, null, null)
            : new Latency(microseconds.TotalCount, At(50), At(99), microseconds.GetMaxValue() / 1000.0);

        double At(double percentile) => microseconds.GetValueAtPercentile(percentile) / 1000.0;
    }
}
