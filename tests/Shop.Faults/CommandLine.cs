using System.CommandLine;
using System.Globalization;

namespace Shop.Faults;

/// <summary>What can be asked for. Exit codes: 0 everything holds, 1 something is broken, 2 usage, 3 nothing was proved.</summary>
internal static class CommandLine
{
    private const int Usage = 2;
    private const int NotProved = 3;
    private const int ShortSeed = 20_261_127;
    private const int ShortBuyers = 12;
    private const int LongBuyers = 20;
    private const double ShortShare = 0.7;

    private static readonly Option<int?> Seed = new("--seed")
    {
        Description = "Of every random choice (default: random, and printed)",
    };

    private static readonly Option<double> Minutes = new("--minutes")
    {
        Description = "How long customers come; every fault is injected at least once", DefaultValueFactory = _ => 10,
    };

    private static readonly Option<string[]> Named = new("--fault")
    {
        Description = "Only this fault; may be given several times", AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int?> Buyers = new("--buyers") { Description = "Customers at once" };

    private static readonly Option<DirectoryInfo?> Out = new("--out") { Description = "The folder for the report" };

    private static readonly Option<DirectoryInfo?> Root = new("--root")
    {
        Description = "The source tree whose built hosts are run (default: this one)",
    };

    private static readonly Option<string?> Old = new("--old")
    {
        Description = "A revision of this repository: it is built, and run beside the present one (two-versions)",
    };

    private static readonly Option<bool> Short = new("--short") { Description = "A fixed seed and twelve faults" };

    private static readonly Option<bool> List = new("--list") { Description = "Says which faults there are" };

    private static readonly Option<string[]> Mutants = new("--mutants")
    {
        Description = "Takes each guard out of a copy of the source, or only those named, and demands that the proof goes red",
        AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.ZeroOrMore,
    };

    public static async Task<int> Run(string[] args)
    {
        var root = new RootCommand("Puts the shop to the proof: faults in the middle of load, and three books compared")
        {
            Seed, Minutes, Named, Buyers, Out, Root, Old, Short, List, Mutants,
        };
        root.SetAction(Prove);
        var parsed = root.Parse(args);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        return parsed.Errors.Count > 0 ? Usage : code;
    }

    private static async Task<int> Prove(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(List))
        {
            foreach (var fault in AllFaults.Make()) Console.WriteLine($"{fault.Name,-24} {fault.Row}");
            return 0;
        }

        try
        {
            var options = Read(parsed);
            Console.WriteLine($"seed {options.Seed}");
            if (parsed.GetValue(Old) is { } revision) options = options with { Old = await Build(options, revision, cancellationToken) };
            var settings = ProveSettings.FromEnvironment();
            if (parsed.GetResult(Mutants) is not null)
                return await MutantTable.Run(options, settings, parsed.GetValue(Mutants) ?? [], cancellationToken);
            var result = await new Proof(options, settings).Run(cancellationToken);
            await Report.Write(result, cancellationToken);
            Report.Print(result, Console.Out);
            return result.Holds ? 0 : 1;
        }
        catch (ProofFailedException failed)
        {
            await Console.Error.WriteLineAsync($"Nothing was proved: {failed.Message}");
            return NotProved;
        }
    }

    private static async Task<DirectoryInfo> Build(ProveOptions options, string revision, CancellationToken cancellationToken)
    {
        Console.WriteLine($"building {revision}");
        var copy = new DirectoryInfo(Path.Combine(options.Out.Parent!.FullName, "old"));
        var tree = new ScratchTree(options.Root, copy, patches: "");
        copy.Parent!.Create();
        await tree.Restore(revision, cancellationToken);
        await tree.Build(cancellationToken);
        return copy;
    }

    private static ProveOptions Read(ParseResult parsed)
    {
        var isShort = parsed.GetValue(Short);
        var names = parsed.GetValue(Named) is { Length: > 0 } named ? named
            : isShort ? AllFaults.Short : [.. AllFaults.Make().Select(fault => fault.Name)];
        var known = AllFaults.Make().Select(fault => fault.Name).ToHashSet();
        if (names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new ProofFailedException($"There is no fault '{unknown}'; --list says which there are.");
        return new ProveOptions
        {
            Seed = parsed.GetValue(Seed) ?? (isShort ? ShortSeed : Random.Shared.Next()),
            Length = isShort ? TimeSpan.Zero : TimeSpan.FromMinutes(parsed.GetValue(Minutes)),
            Faults = names,
            Buyers = parsed.GetValue(Buyers) ?? (isShort ? ShortBuyers : LongBuyers),
            // A test run shares its cores with the hosts that start again: it asks for less than they can do.
            Pause = TimeSpan.FromMilliseconds(isShort ? 1_500 : 300),
            Settle = isShort ? TimeSpan.FromSeconds(100) : TimeSpan.FromMinutes(9),
            IsShort = isShort,
            Share = isShort ? ShortShare : 1,
            Out = parsed.GetValue(Out) ?? new DirectoryInfo(Path.Combine(
                Path.GetTempPath(), "shop-prove", TimeProvider.System.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture))),
            Root = parsed.GetValue(Root) ?? Above(new DirectoryInfo(AppContext.BaseDirectory)),
        };
    }

    private static DirectoryInfo Above(DirectoryInfo? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Shop.sln"))) folder = folder.Parent;
        return folder ?? throw new ProofFailedException("No folder above this program holds Shop.sln.");
    }
}
