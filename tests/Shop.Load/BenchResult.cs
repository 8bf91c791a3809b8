namespace Shop.Load;

/// <summary>What a run came to. Times are milliseconds unless named otherwise.</summary>
internal sealed record BenchResult
{
    public required string Loop { get; init; }

    /// <summary>Arrivals per second that were asked for; open loop only.</summary>
    public required double? Rate { get; init; }

    public required string? Sku { get; init; }
    public required int Clients { get; init; }
    public required int Seed { get; init; }
    public required double Seconds { get; init; }
    public required double AcceptedPerSecond { get; init; }

    /// <summary>By the history's times within the window, by the database's clock.</summary>
    public required double ConfirmedPerSecond { get; init; }

    public required int ConfirmedInSlowestSecond { get; init; }
    public required int ConfirmedInFastestSecond { get; init; }
    public required IReadOnlyList<int> ConfirmedBySecond { get; init; }

    /// <summary>As the polling clients of the sample saw it; see <see cref="ClientLatency"/>.</summary>
    public double? P50Ms => ClientLatency.P50Ms;

    public double? P99Ms => ClientLatency.P99Ms;

    /// <summary>
    /// From sending the checkout to seeing CONFIRMED, for the sample; in the open loop with the time before that its
    /// customer waited for a free buyer.
    /// </summary>
    public required Latency ClientLatency { get; init; }

    /// <summary>From acceptance to CONFIRMED by the orders' own times, for all accepted within the window.</summary>
    public required Latency DatabaseLatency { get; init; }

    public required Latency CheckoutRequest { get; init; }
    public required Latency CartRequest { get; init; }
    public required double RequestsPerSecond { get; init; }

    /// <summary>What became of the orders accepted within the window.</summary>
    public required IReadOnlyDictionary<string, long> Ends { get; init; }

    /// <summary>Checkouts within the window that were answered with 429 or 503 and when to come again.</summary>
    public required long TurnedAway { get; init; }

    /// <summary>Whatever was not the answer hoped for, from the first request to the last.</summary>
    public required IReadOnlyDictionary<string, long> HttpFailures { get; init; }

    public required Flow Flow { get; init; }
    public required IReadOnlyDictionary<string, Cpu> Cpu { get; init; }
    public required IReadOnlyDictionary<string, Memory> Memory { get; init; }
    public required Cost PerCheckout { get; init; }
    public required double DrainSeconds { get; init; }
    public required IReadOnlyDictionary<string, Invariant> Invariants { get; init; }
}

internal sealed record Latency(long Count, double? P50Ms, double? P99Ms, double? MaxMs);

/// <summary>How the load was held within bounds, and what that left out.</summary>
internal sealed record Flow
{
    /// <summary>Closed loop: orders under way at which buyers pause.</summary>
    public required int? Backlog { get; init; }

    public required long Pauses { get; init; }
    public required double PausedSeconds { get; init; }

    /// <summary>Accepted and under way, when the window began and when it ended.</summary>
    public required long UnderWayAtStart { get; init; }

    public required long UnderWayAtEnd { get; init; }

    /// <summary>Open loop: who came within the window, and who was turned away because too many were waiting.</summary>
    public required long Arrived { get; init; }

    public required long NotSent { get; init; }
    public required long Followed { get; init; }
    public required long NotFollowed { get; init; }
    public required long FollowedUnfinished { get; init; }

    /// <summary>Checkouts sent again with their key because no answer came.</summary>
    public required long Retried { get; init; }
}

/// <param name="MsPerCheckout">CPU milliseconds for each checkout accepted within the window.</param>
/// <param name="PercentOfMachine">Of all cores.</param>
/// <param name="Restarted">Another process ended than began: counted from its own start.</param>
internal sealed record Cpu(double MsPerCheckout, double PercentOfMachine, bool Restarted);

/// <summary>Resident and not shared, in MiB, when the window began and ended, and the most in between.</summary>
internal sealed record Memory(double StartMb, double EndMb, double MaxMb);

/// <summary>What the servers did for each checkout accepted within the window; null where it is not known.</summary>
internal sealed record Cost(double? Transactions, double WalBytes, double? Published, double? Delivered);
