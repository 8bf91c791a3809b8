namespace Shop.Load;

/// <summary>All meters read at the two ends of the window, and memory in between.</summary>
internal sealed record Window
{
    public required Reading Start { get; init; }
    public required Reading End { get; init; }
    public required IReadOnlyDictionary<string, long> MostMemory { get; init; }

    public double Seconds => (End.Database.At - Start.Database.At).TotalSeconds;

    /// <summary>CPU by process; what is left of the machine's own count is <c>others</c>.</summary>
    public IReadOnlyDictionary<string, Cpu> Cpu(double checkouts)
    {
        var used = new Dictionary<string, Cpu>(StringComparer.Ordinal);
        var rest = End.Cpu.Machine - Start.Cpu.Machine;
        foreach (var (name, end) in End.Cpu.Processes)
        {
            var start = Start.Cpu.Processes.GetValueOrDefault(name);
            var restarted = start?.Pid != end.Pid;
            var milliseconds = end.Milliseconds - (restarted ? 0 : start!.Milliseconds);
            rest -= milliseconds;
            used[name] = Share(milliseconds, restarted);
        }

        used["others"] = Share(Math.Max(rest, 0), restarted: false);
        return used;

        Cpu Share(double milliseconds, bool restarted) => new(
            milliseconds / checkouts, milliseconds / (Seconds * 10 * Environment.ProcessorCount), restarted);
    }

    public IReadOnlyDictionary<string, Memory> Memory() => End.Memory.ToDictionary(
        each => each.Key,
        each => new Memory(
            Mebibytes(Start.Memory.GetValueOrDefault(each.Key)),
            Mebibytes(each.Value),
            Mebibytes(Math.Max(MostMemory.GetValueOrDefault(each.Key), each.Value))),
        StringComparer.Ordinal);

    /// <summary>A server that crashed in between has begun to count anew.</summary>
    /// <param name="checkouts">Accepted within the window.</param>
    /// <param name="ownQuestions">Transactions that the generator itself caused.</param>
    public Cost Cost(double checkouts, long ownQuestions)
    {
        var (start, end) = (Start.Database, End.Database);
        return new Cost(
            end.Transactions < start.Transactions
                ? null
                : (end.Transactions - start.Transactions - ownQuestions) / checkouts,
            (double)(end.WalBytes - start.WalBytes) / checkouts,
            (End.Broker.Published - Start.Broker.Published) / checkouts,
            (End.Broker.Delivered - Start.Broker.Delivered) / checkouts);
    }

    private static double Mebibytes(long bytes) => bytes / 1048576.0;
}

internal sealed record Reading
{
    public required DatabaseCounters Database { get; init; }
    public required BrokerCounters Broker { get; init; }
    public required CpuReading Cpu { get; init; }
    public required IReadOnlyDictionary<string, long> Memory { get; init; }
    public required long UnderWay { get; init; }
    public required long Questions { get; init; }
    public required (long Times, TimeSpan Length) Pauses { get; init; }
}
