namespace Shop.Load;

/// <summary>What the command line asks of <c>browse</c>.</summary>
internal sealed record BrowseOptions
{
    public required int Rounds { get; init; }

    /// <summary>Of each measurement of a round.</summary>
    public required int Seconds { get; init; }

    public required int WarmupSeconds { get; init; }
    public required int Connections { get; init; }
    public required int Products { get; init; }

    /// <summary>Searches, suggestions and category pages per second.</summary>
    public required int Rate { get; init; }

    public required FileInfo? Json { get; init; }
    public required int Seed { get; init; }
}

/// <summary>What a run of <c>browse</c> came to. Times are milliseconds unless named otherwise.</summary>
internal sealed record BrowseResult
{
    public required int Seed { get; init; }
    public required int Rounds { get; init; }
    public required int Connections { get; init; }
    public required int Products { get; init; }
    public required double BytesOfPage { get; init; }

    /// <summary>Most requests per second, the rounds' median.</summary>
    public required IReadOnlyDictionary<string, Throughput> Most { get; init; }

    /// <summary>Of the shop to each yardstick, each round's own ratio, by what was compared.</summary>
    public required IReadOnlyDictionary<string, Ratio> Ratios { get; init; }

    /// <summary>At a rate, by what was asked for.</summary>
    public required IReadOnlyDictionary<string, RatedLatency> Latencies { get; init; }

    /// <summary>Of the catalogue and its indexes, the largest first.</summary>
    public required IReadOnlyList<CatalogueSize> Sizes { get; init; }

    /// <summary>What the shop promises of browsing, and what came of it.</summary>
    public IReadOnlyList<Promise> Promises =>
    [
        new("page : bare endpoint, requests/s", Ratios[$"{BrowseBench.Page} : {BrowseBench.Memory}"].Median, AtLeast: 0.8),
        new("304 : page, requests/s", Ratios[$"{BrowseBench.NotModified} : {BrowseBench.Page}"].Median, AtLeast: 1),
        new("page at half of the most, p99 ms", Latencies[BrowseBench.AtHalf(BrowseBench.Page)].P99Ms, AtMost: 10),
        new("search, p99 ms", Latencies[BrowseQuestions.Search].P99Ms, AtMost: 50),
        new("suggest, p99 ms", Latencies[BrowseQuestions.Suggest].P99Ms, AtMost: 20),
    ];

    public long Failures =>
        Most.Values.Sum(most => most.Failures) + Latencies.Values.Sum(latency => latency.Failures);
}

/// <param name="Name">Of what is promised.</param>
/// <param name="Measured">What came of it.</param>
/// <param name="AtLeast">Bound, if it is one from below.</param>
/// <param name="AtMost">Bound, if it is one from above.</param>
internal sealed record Promise(string Name, double Measured, double? AtLeast = null, double? AtMost = null)
{
    public bool Holds => !(Measured < AtLeast) && !(Measured > AtMost);
}

/// <param name="PerSecond">Requests answered.</param>
/// <param name="ServerMicroseconds">CPU of the server for each; null if its process is not known.</param>
/// <param name="GeneratorShare">Of the CPU that generator and server used, in percent; null likewise.</param>
/// <param name="Failures">Answers that were not those expected.</param>
internal sealed record Throughput(double PerSecond, double? ServerMicroseconds, double? GeneratorShare, long Failures);

/// <summary>Over the rounds. <paramref name="ServerCpu"/>: of the yardstick's CPU per request to the shop's.</summary>
internal sealed record Ratio(double Median, double Least, double Most, double? ServerCpu);

/// <summary>
/// At a rate. Percentiles are the median of the rounds' own, since a neighbour's burst spoils the round it falls into;
/// the worst round's p99 is told beside it, and the p99 of how late the generator itself came to a request.
/// </summary>
internal sealed record RatedLatency(
    double Rate, int Connections, long Requests, double P50Ms, double P99Ms, double WorstP99Ms, double? LateP99Ms,
    long Failures)
{
    public static RatedLatency Of(IReadOnlyList<WireResult> rounds, int connections) => new(
        rounds.Select(round => round.PerSecond).Median(), connections, rounds.Sum(round => round.Requests),
        rounds.Select(round => round.Milliseconds(50)).Median(), rounds.Select(round => round.Milliseconds(99)).Median(),
        rounds.Max(round => round.Milliseconds(99)), rounds.Select(round => round.LateMilliseconds(99)).Median(),
        rounds.Sum(round => round.Failures));
}
