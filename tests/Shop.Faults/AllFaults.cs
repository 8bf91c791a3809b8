namespace Shop.Faults;

/// <summary>Every fault there is.</summary>
internal static class AllFaults
{
    /// <summary>In the order in which a long run injects them.</summary>
    public static IReadOnlyList<Fault> Make() =>
    [
        new Poison(), new KillWorkers(), new KillSagas(), new KillApi(), new CrashAfterCommit(), new DuplicateAndShuffle(),
        new KillRabbitMq(), new HalfOpenBroker(), new SlowBroker(), new KillPostgres(), new CutDatabase(),
        new CutDatabaseAnswers(), new HalfOpenDatabase(), new KillRedis(), new FlushRedis(), new CutProvider(),
        new ProviderSlow(), new ProviderSilent(), new ProviderMute(), new ProviderErrors(), new KillProvider(),
        new WebhooksTwice(), new WebhooksNever(), new WebhooksEarly(), new Rush(), new PendingSale(),
        new DiskFullBroker(), new DiskFullDatabase(), new ClockSkew(), new RollingRestart(), new TwoVersions(),
    ];

    /// <summary>What the short form injects.</summary>
    public static IReadOnlyList<string> Short { get; } =
    [
        "duplicate-and-shuffle", "kill-workers", "cut-provider", "kill-sagas", "provider-mute", "kill-rabbitmq",
        "kill-api", "rush", "kill-postgres", "poison", "kill-redis", "cut-database-answers",
    ];
}
