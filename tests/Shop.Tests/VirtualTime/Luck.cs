namespace Shop.Tests.VirtualTime;

/// <summary>
/// What a seed makes of the network and the machines. Delivery is at least once, in any order: a message that is dropped,
/// or whose sender dies after its commit, is sent again by the sweep of the outbox; one whose receiver dies comes again.
/// So a drop is a long delay, and never more than that.
/// </summary>
internal sealed class Luck
{
    private readonly Random _random;
    private readonly int _storm;

    public Luck(int seed)
    {
        _random = new Random(seed);
        // From a calm sea to one where every other message is late, twice or dropped.
        _storm = _random.Next(1, 6);
    }

    /// <summary>Whether what happens once in so many times happens now.</summary>
    public bool OneIn(int times) => _random.Next(times) == 0;

    /// <summary>From 0, less than most.</summary>
    public int Next(int most) => _random.Next(most);

    public TimeSpan Within(TimeSpan most) => most * _random.NextDouble();

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + Within(most - least);

    public Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }

    public int Copies() => _random.Next(100) < 4 * _storm ? 2 + _random.Next(2) : 1;

    /// <summary>How late one copy of a message is.</summary>
    /// <param name="toNextTimer">How long it is until the next timer fires: the moment at which lateness hurts most.</param>
    public TimeSpan Lateness(TimeSpan? toNextTimer)
    {
        if (_random.Next(100) < 2 * _storm && toNextTimer is { } wait)
            return TimeSpan.FromTicks(Math.Max(0, wait.Ticks + TimeSpan.FromMilliseconds(_random.Next(-2, 3)).Ticks));
        var late = Within(TimeSpan.FromMilliseconds(500));
        if (_random.Next(100) < 3 * _storm) late += Within(TimeSpan.FromSeconds(10));
        // Dropped, until the sweep comes by; that one may be dropped, too.
        while (_random.Next(100) < 2 * _storm) late += Within(TimeSpan.FromMinutes(2));
        if (_random.Next(300) < _storm) late += Within(TimeSpan.FromMinutes(40));
        return late;
    }
}
