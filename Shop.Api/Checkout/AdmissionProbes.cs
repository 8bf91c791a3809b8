namespace Shop.Api.Checkout;

/// <summary>
/// A sample of the orders that this process accepted and that have not come through: one in ten milliseconds at most, which
/// stands for those since the last. Thread-safe; no more than a lock on the way of a checkout.
/// </summary>
internal sealed class AdmissionProbes(TimeProvider time)
{
    internal const int Most = 1_000;

    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(10);

    /// <summary>What is older waits for people or is lost, and says nothing of the load.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, (long AcceptedAt, int Weight)> _underWay = [];
    private long _lastAt;
    private int _sinceLast;

    public void Accepted(Guid orderId)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            _sinceLast++;
            if (_lastAt != 0 && time.GetElapsedTime(_lastAt, now) < Apart || _underWay.Count >= Most) return;
            _underWay[orderId] = (now, _sinceLast);
            (_lastAt, _sinceLast) = (now, 0);
        }
    }

    public Guid[] UnderWay()
    {
        lock (_lock) return [.. _underWay.Keys];
    }

    /// <summary>Takes those out that have come through.</summary>
    /// <returns>What is under way, what came out, and the age of the oldest that is.</returns>
    public (double Backlog, double Done, TimeSpan Oldest) Settle(IReadOnlyCollection<Guid> through)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var done = 0d;
            foreach (var order in through)
                if (_underWay.Remove(order, out var probe)) done += probe.Weight;
            foreach (var (order, probe) in _underWay)
                if (time.GetElapsedTime(probe.AcceptedAt, now) > Oldest) _underWay.Remove(order);
            if (_underWay.Count == 0) return (0, done, TimeSpan.Zero);
            // Stragglers, whose provider does not answer, are not what others wait for.
            var ages = _underWay.Values.Select(probe => time.GetElapsedTime(probe.AcceptedAt, now)).Order().ToList();
            return (_sinceLast + _underWay.Values.Sum(probe => (double)probe.Weight), done, ages[ages.Count * 9 / 10]);
        }
    }
}
