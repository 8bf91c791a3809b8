using System.CommandLine;

namespace Shop.Load;

/// <summary>The command <c>cart</c>.</summary>
internal static class CartCommand
{
    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "Rounds, each of which measures the shop and Redis once", DefaultValueFactory = _ => 5,
    };

    private static readonly Option<int> Seconds = new("--seconds")
    {
        Description = "Length of each measurement", DefaultValueFactory = _ => 5,
    };

    private static readonly Option<int> WarmupSeconds = new("--warmup-seconds")
    {
        Description = "Before the first round", DefaultValueFactory = _ => 8,
    };

    private static readonly Option<int> Connections = new("--connections")
    {
        Description = "Connections that write at once", DefaultValueFactory = _ => 64,
    };

    private static readonly Option<int> Guests = new("--guests")
    {
        Description = "Carts that are written to", DefaultValueFactory = _ => 2_000,
    };

    private static readonly Option<int> Lines = new("--lines")
    {
        Description = "Different products in each cart", DefaultValueFactory = _ => 3,
    };

    private static readonly Option<FileInfo?> Json = new("--json") { Description = "File for the report in JSON" };

    private static readonly Option<int?> Seed = new("--seed")
    {
        Description = "Of all random choices (default: random, and printed)",
    };

    public static Command Cart()
    {
        CommandLine.AtLeast(1, Rounds, Seconds, Connections, Guests, Lines);
        CommandLine.AtLeast(0, WarmupSeconds);
        var cart = new Command("cart", "Adds to carts, next to what Redis alone does")
        {
            Rounds, Seconds, WarmupSeconds, Connections, Guests, Lines, Json, Seed,
        };
        cart.SetAction((parsed, cancellationToken) => CommandLine.Guarded(async () =>
        {
            await using var bench = new CartBench(Read(parsed), BenchSettings.FromEnvironment());
            var result = await bench.Run(cancellationToken);
            CartReport.Print(result, Console.Out);
            if (parsed.GetValue(Json) is { } json) await CartReport.Write(result, json, cancellationToken);
            return result.Adds.Failures + result.Paced.Failures == 0 && result.UnitsMissing == 0 ? 0 : 1;
        }, cancellationToken));
        return cart;
    }

    private static CartOptions Read(ParseResult parsed) => new()
    {
        Rounds = parsed.GetValue(Rounds),
        Seconds = parsed.GetValue(Seconds),
        WarmupSeconds = parsed.GetValue(WarmupSeconds),
        Connections = parsed.GetValue(Connections),
        Guests = parsed.GetValue(Guests),
        Lines = parsed.GetValue(Lines),
        Seed = parsed.GetValue(Seed) ?? Random.Shared.Next(),
    };
}
