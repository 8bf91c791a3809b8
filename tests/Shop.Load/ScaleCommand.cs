using System.CommandLine;

namespace Shop.Load;

/// <summary>The command <c>scale</c>.</summary>
internal static class ScaleCommand
{
    private static readonly Option<int> Checkouts = new("--checkouts")
    {
        Description = "Checkouts of each stage", DefaultValueFactory = _ => 1_000,
    };

    private static readonly Option<int> Buyers = new("--buyers")
    {
        Description = "Buyers at once", DefaultValueFactory = _ => 48,
    };

    private static readonly Option<int> Most = new("--most")
    {
        Description = "Stages with 1 to so many instances of each host", DefaultValueFactory = _ => 3,
    };

    private static readonly Option<int?> Seed = new("--seed")
    {
        Description = "Of all random choices (default: random, and printed)",
    };

    public static Command Scale()
    {
        CommandLine.AtLeast(1, Checkouts, Buyers, Most);
        var scale = new Command("scale",
            "Sends the same load to one, two and three instances of each host, and a load to two of each that are restarted one "
            + "after the other; exits with 1 if anything is lost, ends otherwise, or breaks an invariant")
        {
            Checkouts, Buyers, Most, Seed,
        };
        scale.SetAction((parsed, cancellationToken) => CommandLine.Guarded(async () =>
        {
            await using var bench = new ScaleBench(
                BenchSettings.FromEnvironment(), parsed.GetValue(Checkouts), parsed.GetValue(Buyers),
                parsed.GetValue(Seed) ?? Random.Shared.Next());
            return await bench.Run(parsed.GetValue(Most), cancellationToken) ? 0 : 1;
        }, cancellationToken));
        return scale;
    }
}
