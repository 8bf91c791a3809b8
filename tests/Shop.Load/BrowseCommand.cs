using System.CommandLine;

namespace Shop.Load;

/// <summary>The commands <c>browse</c> and, started by it, <c>yardstick</c>.</summary>
internal static class BrowseCommand
{
    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "Rounds, each of which measures everything once", DefaultValueFactory = _ => 7,
    };

    private static readonly Option<int> Seconds = new("--seconds")
    {
        Description = "Length of each measurement", DefaultValueFactory = _ => 4,
    };

    private static readonly Option<int> WarmupSeconds = new("--warmup-seconds")
    {
        Description = "Before the first round, of each that is measured", DefaultValueFactory = _ => 10,
    };

    private static readonly Option<int> Connections = new("--connections")
    {
        Description = "Connections that ask at once", DefaultValueFactory = _ => 64,
    };

    private static readonly Option<int> Products = new("--products")
    {
        Description = "Products that are asked for", DefaultValueFactory = _ => 1_000,
    };

    private static readonly Option<int> Rate = new("--rate")
    {
        Description = "Searches, suggestions and category pages per second", DefaultValueFactory = _ => 200,
    };

    private static readonly Option<FileInfo?> Json = new("--json") { Description = "File for the report in JSON" };

    private static readonly Option<int?> Seed = new("--seed")
    {
        Description = "Of all random choices (default: random, and printed)",
    };

    private static readonly Option<string> Api = new("--api") { Required = true };

    private static readonly Option<string> Redis = new("--redis") { Required = true };

    public static Command Browse()
    {
        CommandLine.AtLeast(1, Rounds, Seconds, Connections, Products, Rate);
        CommandLine.AtLeast(0, WarmupSeconds);
        var browse = new Command("browse", "Product pages against bare endpoints; search, suggestions, category pages")
        {
            Rounds, Seconds, WarmupSeconds, Connections, Products, Rate, Json, Seed,
        };
        browse.SetAction((parsed, cancellationToken) => CommandLine.Guarded(async () =>
        {
            HttpWire.AnswerInline();
            var json = parsed.GetValue(Json);
            await using var bench = new BrowseBench(Read(parsed), BenchSettings.FromEnvironment());
            var result = await bench.Run(cancellationToken);
            BrowseReport.Print(result, Console.Out);
            if (json is not null) await BrowseReport.Write(result, json, cancellationToken);
            return result.Failures == 0 && result.Promises.All(promise => promise.Holds) ? 0 : 1;
        }, cancellationToken));
        return browse;
    }

    public static Command YardstickServer()
    {
        var command = new Command("yardstick", "Serves the pages of SKUs given on standard input, for the bench itself")
        {
            Api, Redis,
        };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) =>
            Yardstick.Run(new Uri(parsed.GetValue(Api)!), parsed.GetValue(Redis)!, cancellationToken));
        return command;
    }

    private static BrowseOptions Read(ParseResult parsed) => new()
    {
        Rounds = parsed.GetValue(Rounds),
        Seconds = parsed.GetValue(Seconds),
        WarmupSeconds = parsed.GetValue(WarmupSeconds),
        Connections = parsed.GetValue(Connections),
        Products = parsed.GetValue(Products),
        Rate = parsed.GetValue(Rate),
        Json = parsed.GetValue(Json),
        Seed = parsed.GetValue(Seed) ?? Random.Shared.Next(),
    };
}
