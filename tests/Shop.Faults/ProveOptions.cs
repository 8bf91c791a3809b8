namespace Shop.Faults;

/// <summary>What a run is asked to do.</summary>
internal sealed record ProveOptions
{
    /// <summary>Of every random choice.</summary>
    public required int Seed { get; init; }

    /// <summary>For how long customers come; faults are spread over it.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>By name, in the order in which they are injected; again from the first while there is time.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>Customers at once.</summary>
    public required int Buyers { get; init; }

    /// <summary>At most between two visits of one customer.</summary>
    public required TimeSpan Pause { get; init; }

    /// <summary>How long the shop may take to come to rest once everything is whole again.</summary>
    public required TimeSpan Settle { get; init; }

    /// <summary>Whether it is the form that every test run has: less at once, and no waiting for what takes minutes.</summary>
    public required bool IsShort { get; init; }

    /// <summary>How much of its usual time a fault lasts, and what lies between two.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Where the report goes.</summary>
    public required DirectoryInfo Out { get; init; }

    /// <summary>The source tree whose built hosts are run.</summary>
    public required DirectoryInfo Root { get; init; }

    /// <summary>The built source tree of an older version, to be run beside; null without one.</summary>
    public DirectoryInfo? Old { get; init; }

    /// <summary>The configuration that they were built in.</summary>
    public string Configuration { get; init; } = "Release";
}

/// <summary>Where the servers are, by environment: those of the tests.</summary>
internal sealed record ProveSettings
{
    /// <summary><c>SHOP_TEST_POSTGRES</c>: a superuser's connection string.</summary>
    public required string Postgres { get; init; }

    /// <summary><c>SHOP_TEST_RABBITMQ</c>: with an administrator.</summary>
    public required Uri RabbitMq { get; init; }

    /// <summary><c>SHOP_TEST_RABBITMQ_MANAGEMENT</c>, with <c>user:password@</c>.</summary>
    public required Uri RabbitMqManagement { get; init; }

    /// <summary><c>SHOP_TEST_REDIS</c>: <c>host:port</c>.</summary>
    public required string Redis { get; init; }

    /// <summary>
    /// <c>SHOP_PROVE_RUN</c> and <c>SHOP_PROVE_SCRIPT</c>: the folder with the servers' pid files, and the script that
    /// starts those that are not running. Null when the servers are not ours to kill.
    /// </summary>
    public (string Run, string Script)? Ours { get; init; }

    public static ProveSettings FromEnvironment() => new()
    {
        Postgres = Text("SHOP_TEST_POSTGRES"),
        RabbitMq = new Uri(Text("SHOP_TEST_RABBITMQ")),
        RabbitMqManagement = new Uri(Text("SHOP_TEST_RABBITMQ_MANAGEMENT")),
        Redis = Text("SHOP_TEST_REDIS"),
        Ours = Environment.GetEnvironmentVariable("SHOP_PROVE_RUN") is { Length: > 0 } run
            && Environment.GetEnvironmentVariable("SHOP_PROVE_SCRIPT") is { Length: > 0 } script
            ? (run, script)
            : null,
    };

    private static string Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
        ? text
        : throw new ProofFailedException($"{name} is not set; ./shop prove sets it.");
}

/// <summary>Nothing was proved, neither that the shop keeps its promises nor that it does not.</summary>
internal sealed class ProofFailedException(string message) : Exception(message);
