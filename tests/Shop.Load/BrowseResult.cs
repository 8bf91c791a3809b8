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

    /// <summary>At a rate, by what was asked for; null for what is not served.</summary>
    public required IReadOnlyDictionary<string, RatedLatency?> Latencies { get; init; }
}

/// <param name="PerSecond">Requests answered.</param>
/// <param name="ServerMicroseconds">CPU of the server for each; null if its process is not known.</param>
/// <param name="GeneratorShare">Of the CPU that generator and server used, in percent; null likewise.</param>
/// <param name="Failures">Answers that were not those expected.</param>
internal sealed record Throughput(double PerSecond, double? ServerMicroseconds, double? GeneratorShare, long Failures);

/// <summary>Over the rounds. <paramref name="ServerCpu"/>: of the yardstick's CPU per request to the shop's.</summary>
internal sealed record Ratio(double Median, double Least, double Most, double? ServerCpu);

internal sealed record RatedLatency(
    double Rate, int Connections, long Requests, double P50Ms, double P99Ms, double MaxMs, long Failures);
