using System.Globalization;

namespace Shop.Load;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchOptions
{
    /// <summary>The usual number of <see cref="Clients"/>, and so on.</summary>
    public const int UsualClients = 128, UsualBacklog = 450, UsualFollow = 10, UsualResend = 100;

    public required int Seconds { get; init; }

    /// <summary>Checkouts per second of the open loop; null for the closed loop.</summary>
    public required double? Rate { get; init; }

    public required string? Sku { get; init; }

    /// <summary>Most products in a cart.</summary>
    public int MostLines { get; init; } = 3;

    public required FileInfo? Json { get; init; }
    public required int Warmup { get; init; }
    public required int WarmupSeconds { get; init; }
    public required int Clients { get; init; }
    public required int Backlog { get; init; }
    public required int Follow { get; init; }
    public required int Resend { get; init; }
    public required int Seed { get; init; }

    /// <summary>The usual closed loop, warmed up for so long and not by a number of checkouts.</summary>
    /// <param name="seconds">Of the window.</param>
    /// <param name="warmupSeconds">Before it.</param>
    /// <param name="seed">Of all random choices; null to choose one.</param>
    public static BenchOptions Usual(int seconds, int warmupSeconds, int? seed) => new()
    {
        Seconds = seconds,
        Rate = null,
        Sku = null,
        Json = null,
        Warmup = int.MaxValue,
        WarmupSeconds = warmupSeconds,
        Clients = UsualClients,
        Backlog = UsualBacklog,
        Follow = UsualFollow,
        Resend = UsualResend,
        Seed = seed ?? Random.Shared.Next(),
    };
}

/// <summary>Where everything is, by environment.</summary>
internal sealed record BenchSettings
{
    /// <summary><c>SHOP_API</c>.</summary>
    public required Uri Api { get; init; }

    /// <summary><c>SHOP_BENCH_POSTGRES</c>: the owner's connection string.</summary>
    public required string Postgres { get; init; }

    /// <summary><c>SHOP_RUN</c>: a folder with <c>api.pid</c> and so on, to tell CPU and memory apart.</summary>
    public string? PidFolder { get; init; }

    /// <summary><c>SHOP_RABBITMQ_MANAGEMENT</c>, with <c>user:password@</c>.</summary>
    public Uri? RabbitMqManagement { get; init; }

    /// <summary><c>SHOP_PAYMENTS</c> and <c>SHOP_PAYMENTS_KEY</c>: the simulator, whose journal is compared.</summary>
    public Uri? Payments { get; init; }

    public string? PaymentsKey { get; init; }

    /// <summary><c>SHOP_BENCH_REDIS</c>: for the yardstick that asks Redis.</summary>
    public string? Redis { get; init; }

    /// <summary>Null if it is not known, such as in a container.</summary>
    public int? ApiPid => PidFolder is { } folder && Path.Combine(folder, "api.pid") is var file && File.Exists(file)
        ? int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture)
        : null;

    public static BenchSettings FromEnvironment() => new()
    {
        Api = Address("SHOP_API") ?? new Uri("http://127.0.0.1:8080"),
        Postgres = Text("SHOP_BENCH_POSTGRES") ?? throw new SettingException(
            "SHOP_BENCH_POSTGRES is needed: the owner's connection string to the database of the shop."),
        PidFolder = Text("SHOP_RUN"),
        RabbitMqManagement = Address("SHOP_RABBITMQ_MANAGEMENT"),
        Payments = Address("SHOP_PAYMENTS"),
        PaymentsKey = Text("SHOP_PAYMENTS_KEY"),
        Redis = Text("SHOP_BENCH_REDIS"),
    };

    private static Uri? Address(string name)
    {
        if (Text(name) is not { } text)
            return null;
        // The text itself may hold a password.
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new SettingException($"{name} is not an HTTP address.");
    }

    private static string? Text(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}

internal sealed class SettingException(string message) : Exception(message);

internal sealed class BenchFailedException(string message) : Exception(message);
