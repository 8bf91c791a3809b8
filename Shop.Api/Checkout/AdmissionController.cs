namespace Shop.Api.Checkout;

/// <summary>
/// Decides which part of the checkouts is let in, so that those that are wait no longer than a target: PIE, a
/// proportional-integral controller of the delay (RFC 8033), on orders instead of packets. The delay is what is under way
/// divided by what comes out (Little's law), so that neither the capacity nor the number of instances need be known: each
/// sees the whole shop's delay by its own orders, and turns the same part away.
/// <para>
/// With an offered load of ρ times the capacity the loop is s² + ρβs + ρα/h; α and β are chosen for h = 0.5 s so that it is
/// damped (ζ ≥ 0.8) from ρ = 1.1 up. A pure function of what it is told; not thread-safe.
/// </para>
/// </summary>
/// <param name="target">The delay to keep to, where more is offered than can be done.</param>
/// <param name="leastBacklog">Orders under way that are no burden, whatever the delay.</param>
internal sealed class AdmissionController(TimeSpan target, int leastBacklog)
{
    /// <summary>Of the deviation, a second of it for each update.</summary>
    private const double Alpha = 0.05;

    /// <summary>Of the change since the last update, a second of it.</summary>
    private const double Beta = 0.5;

    /// <summary>The next that comes after a storm is let in; and while nothing comes out, some still find out.</summary>
    private const double MostRefused = 0.98;

    /// <summary>How much of a second's rate is forgotten in a second.</summary>
    private const double RateMemoryInSeconds = 2;

    private double _rate;
    private double _delay;

    /// <summary>The part of checkouts that is turned away, 0 to 1.</summary>
    public double Refused { get; private set; }

    /// <summary>What a checkout that is let in now will wait, as far as is known.</summary>
    public TimeSpan Delay => TimeSpan.FromSeconds(_delay);

    /// <summary>
    /// After how long it is worth coming again: the time to work off what waits beyond half the target, as many times as
    /// one must come, on average, to be let in. At most a minute.
    /// </summary>
    public TimeSpan RetryAfter
    {
        get
        {
            var excess = Math.Max(1, _delay - target.TotalSeconds / 2);
            return TimeSpan.FromSeconds(Math.Min(60, excess / (1 - Refused)));
        }
    }

    /// <param name="backlog">Orders under way now.</param>
    /// <param name="done">Orders that came out since the last update.</param>
    /// <param name="oldest">The age of the oldest that is under way.</param>
    /// <param name="elapsed">Since the last update.</param>
    public void Update(double backlog, double done, TimeSpan oldest, TimeSpan elapsed)
    {
        var seconds = Math.Max(0.001, elapsed.TotalSeconds);
        var forget = Math.Exp(-seconds / RateMemoryInSeconds);
        _rate = _rate * forget + done / seconds * (1 - forget);
        var before = _delay;
        _delay = backlog <= 0 ? 0 : Math.Min(oldest.TotalSeconds, backlog / Math.Max(_rate, 0.001));
        if (backlog < leastBacklog || _delay < target.TotalSeconds / 2 && before < target.TotalSeconds / 2)
        {
            // RFC 8033, 5.1: with no queue to speak of the probability decays.
            Refused = Refused < 0.001 ? 0 : Refused * Math.Pow(0.8, seconds / 0.5);
            return;
        }

        var step = Alpha * (_delay - target.TotalSeconds) + Beta * (_delay - before);
        // RFC 8033, 5.2 and 5.3: small probabilities move in small steps, and none jumps.
        if (Refused < 0.1) step = Math.Min(step, 0.1);
        Refused = Math.Clamp(Refused + step, 0, MostRefused);
    }
}
