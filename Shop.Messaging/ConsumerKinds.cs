namespace Shop.Messaging;

/// <summary>How the messages of a consumer are handled: everything that is a limit or a patience, in one place.</summary>
/// <param name="Concurrency">Messages handled at once.</param>
/// <param name="Prefetch">Messages that the broker hands out ahead.</param>
/// <param name="Retries">Pauses between attempts that keep the message in hand.</param>
/// <param name="Redeliveries">Pauses after which a message that failed all retries is sent again; then it is parked.</param>
public sealed record ConsumerKind(
    int Concurrency, int Prefetch, IReadOnlyList<TimeSpan> Retries, IReadOnlyList<TimeSpan> Redeliveries)
{
    private static readonly TimeSpan[] Quickly =
        [TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    private static readonly TimeSpan[] Patiently =
        [TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    /// <summary>A transaction of its own around each message.</summary>
    public static readonly ConsumerKind Ordinary = new(16, 32, Quickly, Patiently);

    /// <summary>Committed in groups: what is in flight bounds the group, and beyond 128 it only waits.</summary>
    public static readonly ConsumerKind Grouped = new(128, 160, Quickly, Patiently);

    /// <summary>
    /// Waits for someone else's server, and commits in groups. What a call leaves open is asked for again by the saga.
    /// </summary>
    public static readonly ConsumerKind External = new(128, 160, Quickly, Patiently);

    /// <summary>
    /// For a <see cref="GroupCommit.IGroupConsumer{TMessage}"/> that nobody waits for, and that hears what comes often: a
    /// rest after each group lets the next one grow, which spares transactions when the shop is busiest. About 1,000
    /// messages a second on an idle machine; on a busy one groups take longer, and so do the rests.
    /// </summary>
    public static readonly ConsumerKind Unhurried =
        Grouped with { Rest = TimeSpan.FromMilliseconds(100), Share = 0.1 };

    /// <summary>The same for messages that speak of up to hundreds of things each.</summary>
    public static readonly ConsumerKind Indexing = Unhurried with { Concurrency = 32, Prefetch = 48 };

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);

    /// <summary>How long a group consumer rests after each group, at least.</summary>
    public TimeSpan Rest { get; init; }

    /// <summary>
    /// How much of the time a group consumer is at work, at most; 1 is always. What others make it wait counts as its work,
    /// so that it gives way when the machine is busy.
    /// </summary>
    public double Share { get; init; } = 1;

    /// <summary>The rest that is due after so much work.</summary>
    public TimeSpan RestAfter(TimeSpan work)
    {
        var rest = work * (1 / Share - 1);
        return rest < Rest ? Rest : rest > LongestRest ? LongestRest : rest;
    }
}
