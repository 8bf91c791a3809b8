using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace Shop.Load;

/// <summary>What can be asked for, and the exit codes.</summary>
internal static class CommandLine
{
    public const int Usage = 2;
    public const int NotMeasured = 3;

    private static readonly Option<int> Seconds = new("--seconds")
    {
        Description = "Length of the measured window", DefaultValueFactory = _ => 60,
    };

    private static readonly Option<double?> Rate = new("--rate")
    {
        Description = "Open loop: checkouts that arrive per second, whatever the answers (default: closed loop)",
    };

    private static readonly Option<string?> Sku = new("--sku")
    {
        Description = "Every checkout wants one unit of this product",
    };

    private static readonly Option<FileInfo?> Json = new("--json")
    {
        Description = "File for the report in JSON",
    };

    private static readonly Option<int> Warmup = new("--warmup")
    {
        Description = "Checkouts accepted before the window begins", DefaultValueFactory = _ => 10_000,
    };

    private static readonly Option<int> WarmupSeconds = new("--warmup-seconds")
    {
        Description = "The window begins after so many seconds at the latest", DefaultValueFactory = _ => 60,
    };

    private static readonly Option<int> Clients = new("--clients")
    {
        Description = "Virtual buyers at once, a connection each", DefaultValueFactory = _ => BenchOptions.UsualClients,
    };

    private static readonly Option<int> Backlog = new("--backlog")
    {
        Description = "Closed loop: buyers pause while more accepted orders than this are under way; from 500 the shop "
            + "itself turns buyers away when they wait",
        DefaultValueFactory = _ => BenchOptions.UsualBacklog,
    };

    private static readonly Option<int> Follow = new("--follow")
    {
        Description = "One order in so many is polled to its end", DefaultValueFactory = _ => BenchOptions.UsualFollow,
    };

    private static readonly Option<int> Resend = new("--resend")
    {
        Description = "One checkout in so many is sent twice more with its key; 0 for none",
        DefaultValueFactory = _ => BenchOptions.UsualResend,
    };

    private static readonly Option<int?> Seed = new("--seed")
    {
        Description = "Of all random choices (default: random, and printed)",
    };

    public static async Task<int> Run(string[] args)
    {
        AtLeast(1, Seconds, Clients, Backlog, Follow);
        AtLeast(0, Warmup, WarmupSeconds, Resend);
        Rate.Validators.Add(result =>
        {
            if (Number(result) is <= 0 or > 100_000)
                result.AddError("--rate is more than 0 and at most 100000.");
        });
        var checkout = new Command("checkout", "Carts of 1 to 3 random lines are filled and ordered")
        {
            Seconds, Rate, Sku, Json, Warmup, WarmupSeconds, Clients, Backlog, Follow, Resend, Seed,
        };
        checkout.SetAction((parsed, cancellationToken) => Checkout(Read(parsed), cancellationToken));
        var root = new RootCommand("Benchmarks of the shop, through its HTTP API")
        {
            checkout, CompareCommands.Hot(), CompareCommands.Overload(), GrowthCommand.Growth(), ScaleCommand.Scale(),
            CartCommand.Cart(), BrowseCommand.Browse(), BrowseCommand.YardstickServer(), AuditCommand.Audit(),
        };

        var parsed = root.Parse(args);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        return parsed.Errors.Count > 0 ? Usage : code;
    }

    private static Task<int> Checkout(BenchOptions options, CancellationToken cancellationToken) => Guarded(async () =>
    {
        var settings = BenchSettings.FromEnvironment();
        await using var bench = new CheckoutBench(options, settings);
        var result = await bench.Run(cancellationToken);
        Report.Print(result, Console.Out);
        if (options.Json is { } file)
            await Report.Write(result, file, cancellationToken);
        return result.Invariants.Values.All(invariant => invariant.Holds) ? 0 : 1;
    }, cancellationToken);

    /// <summary>Runs a bench; what keeps it from measuring is told in one line and an exit code.</summary>
    public static async Task<int> Guarded(Func<Task<int>> bench, CancellationToken cancellationToken)
    {
        try
        {
            return await bench();
        }
        catch (SettingException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return Usage;
        }
        catch (Exception failed) when (failed is NpgsqlException or HttpRequestException or SocketException
            or IOException or BenchFailedException)
        {
            await Console.Error.WriteLineAsync($"Nothing was measured: {failed.Message}");
            return NotMeasured;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return NotMeasured;
        }
    }

    private static BenchOptions Read(ParseResult parsed) => new()
    {
        Seconds = parsed.GetValue(Seconds),
        Rate = parsed.GetValue(Rate),
        Sku = parsed.GetValue(Sku),
        Json = parsed.GetValue(Json),
        Warmup = parsed.GetValue(Warmup),
        WarmupSeconds = parsed.GetValue(WarmupSeconds),
        Clients = parsed.GetValue(Clients),
        Backlog = parsed.GetValue(Backlog),
        Follow = parsed.GetValue(Follow),
        Resend = parsed.GetValue(Resend),
        Seed = parsed.GetValue(Seed) ?? Random.Shared.Next(),
    };

    public static void AtLeast(int least, params ReadOnlySpan<Option<int>> options)
    {
        foreach (var option in options)
        {
            option.Validators.Add(result =>
            {
                if (Number(result) is { } value && (value < least || value > 1_000_000))
                    result.AddError($"{option.Name} is {least} to 1000000.");
            });
        }
    }

    /// <summary>Null for what is no number, which the parser itself objects to.</summary>
    private static double? Number(OptionResult result) =>
        result.Tokens is [var token]
        && double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
