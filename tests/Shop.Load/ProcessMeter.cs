using System.Globalization;

namespace Shop.Load;

/// <summary>
/// CPU time and memory of each host and server with all processes below it, as Linux counts them. Children that have
/// ended are in their parent's account, so that a server which forks for every client is counted whole.
/// </summary>
internal sealed class ProcessMeter(string? pidFolder)
{
    public const string Itself = "load";
    private const double MillisecondsPerTick = 10; // USER_HZ is 100 on every platform that .NET runs on.

    private static readonly string[] Known =
        ["api", "workers", "sagas", "payments", "postgres", "rabbitmq", "redis"];

    /// <summary>CPU milliseconds since each was started, and what the whole machine has used.</summary>
    public CpuReading ReadCpu()
    {
        var tree = ReadTree();
        var each = Roots().Where(root => tree.ContainsKey(root.Pid)).ToDictionary(
            root => root.Name,
            root => new ProcessCpu(
                root.Pid, Below(tree, root.Pid).Sum(pid => tree[pid].CpuTicks) * MillisecondsPerTick),
            StringComparer.Ordinal);
        return new CpuReading(each, MachineTicks() * MillisecondsPerTick);
    }

    /// <summary>Memory in bytes that is in RAM and not shared with others.</summary>
    public IReadOnlyDictionary<string, long> ReadMemory()
    {
        var tree = ReadTree();
        return Roots().Where(root => tree.ContainsKey(root.Pid)).ToDictionary(
            root => root.Name, root => Below(tree, root.Pid).Sum(Resident), StringComparer.Ordinal);
    }

    private IEnumerable<(string Name, int Pid)> Roots()
    {
        yield return (Itself, Environment.ProcessId);
        if (pidFolder is null || !Directory.Exists(pidFolder))
            yield break;
        // Of a host several may run: workers, workers.2, …
        foreach (var file in Directory.EnumerateFiles(pidFolder, "*.pid").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (Known.Contains(name.Split('.')[0]) && ReadIfThere(file) is { } text
                && int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                yield return (name, pid);
        }
    }

    private static Dictionary<int, ProcessLine> ReadTree()
    {
        var tree = new Dictionary<int, ProcessLine>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            var name = Path.GetFileName(folder.AsSpan());
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && ReadIfThere($"{folder}/stat") is { } stat)
                tree[pid] = ProcessLine.Parse(stat);
        }

        return tree;
    }

    private static List<int> Below(Dictionary<int, ProcessLine> tree, int root)
    {
        var found = new List<int> { root };
        // What the script that became this process had started before is none of ours.
        if (root == Environment.ProcessId) return found;
        for (var next = 0; next < found.Count; next++)
            found.AddRange(tree.Where(line => line.Value.Parent == found[next]).Select(line => line.Key));
        return found;
    }

    private static long Resident(int pid)
    {
        long kibibytes = 0;
        foreach (var line in (ReadIfThere($"/proc/{pid}/status") ?? "").AsSpan().EnumerateLines())
        {
            if (line.StartsWith("RssAnon:") || line.StartsWith("RssFile:"))
                kibibytes += long.Parse(line[8..^2].Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
        }

        return kibibytes * 1024;
    }

    /// <summary>Busy, by anyone: user, nice, system, interrupts.</summary>
    private static long MachineTicks()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new[] { 1, 2, 3, 6, 7 }.Sum(index => long.Parse(fields[index], CultureInfo.InvariantCulture));
    }

    private static string? ReadIfThere(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private readonly record struct ProcessLine(int Parent, long CpuTicks)
    {
        /// <summary>A line of <c>/proc/PID/stat</c>; the name in it may hold spaces and brackets.</summary>
        public static ProcessLine Parse(string stat)
        {
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessLine(
                int.Parse(fields[1], CultureInfo.InvariantCulture),
                fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)));
        }
    }
}

internal sealed record ProcessCpu(int Pid, double Milliseconds);

internal sealed record CpuReading(IReadOnlyDictionary<string, ProcessCpu> Processes, double Machine);
