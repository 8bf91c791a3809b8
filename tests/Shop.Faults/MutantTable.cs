using System.Diagnostics;

namespace Shop.Faults;

/// <summary>
/// Takes each guard out of a copy of the source, one at a time, and puts what is left to the proof: it must go red. One
/// that stays green is a hole in the proof. The unchanged copy comes first, and must be green.
/// </summary>
internal static class MutantTable
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private static readonly Mutant None = new("none", "nothing", ["rush", "provider-mute", "duplicate-and-shuffle"], 10, 8);

    /// <returns>The exit code: 1 when a mutant survived.</returns>
    public static async Task<int> Run(
        ProveOptions options, ProveSettings settings, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.FirstOrDefault(name => Mutant.All.Append(None).All(mutant => mutant.Name != name)) is { } unknown)
            throw new ProofFailedException(
                $"There is no mutant '{unknown}'; there are {string.Join(", ", Mutant.All.Select(mutant => mutant.Name))}.");
        // In one place for all runs, so that what is the same is built once.
        var scratch = new DirectoryInfo(Path.Combine(options.Out.Parent!.FullName, "scratch"));
        var tree = new ScratchTree(options.Root, scratch, Path.Combine(AppContext.BaseDirectory, "Mutants"));
        var rows = new List<(Mutant Mutant, string Found, bool IsGood, TimeSpan Took)>();
        foreach (var mutant in Mutant.All.Prepend(None).Where(mutant => names.Count == 0 || names.Contains(mutant.Name)))
        {
            Console.WriteLine($"mutant {mutant.Name}: without {mutant.Guard}");
            var began = Stopwatch.GetTimestamp();
            tree.Restore();
            if (mutant != None) await tree.Apply(mutant.Name, cancellationToken);
            await tree.Build(cancellationToken);
            var result = await new Proof(options with
            {
                Root = scratch,
                Out = new DirectoryInfo(Path.Combine(options.Out.FullName, mutant.Name)),
                Faults = mutant.Faults,
                Length = TimeSpan.FromSeconds(mutant.Seconds),
                Buyers = mutant.Buyers,
                Pause = Pause,
                Settle = Settle,
                IsShort = true,
            }, settings).Run(cancellationToken);
            await Report.Write(result, cancellationToken);
            Report.Print(result, Console.Out);
            rows.Add((mutant, Found(result), result.Holds == (mutant == None), Stopwatch.GetElapsedTime(began)));
        }

        Console.WriteLine($"\n{"guard taken out",-18} {"proof",-34} {"",-9} seconds");
        foreach (var (mutant, found, isGood, took) in rows)
            Console.WriteLine($"{mutant.Name,-18} {found,-34} {(isGood ? "ok" : "A HOLE"),-9} {took.TotalSeconds:0}");
        return rows.All(row => row.IsGood) ? 0 : 1;
    }

    private static string Found(ProofResult result) => result.Holds
        ? "green"
        : $"red: {string.Join(' ', result.Verdict.Broken)}{(result.Settled ? "" : " (not at rest)")}";
}
