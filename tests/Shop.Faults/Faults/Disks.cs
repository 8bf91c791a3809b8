namespace Shop.Faults;

/// <summary>The disk that holds the shop's tables is full: no table grows any more.</summary>
internal sealed class DiskFullDatabase : Fault
{
    /// <summary>A run that injects it lays its tables on a disk of its own from the beginning.</summary>
    public const string Named = "disk-full-database";

    public override string Name => Named;

    public override string Row => "a disk runs full: PostgreSQL's tables";

    public override TimeSpan Length => TimeSpan.FromSeconds(8);

    public override string? Missing(Scene scene) => scene.Shop.Disk is null ? scene.Shop.NoDisk : null;

    public override Task Inject(Scene scene, CancellationToken cancellationToken)
    {
        scene.Shop.Disk!.Fill();
        return Task.CompletedTask;
    }

    public override Task Heal(Scene scene, CancellationToken cancellationToken)
    {
        scene.Shop.Disk!.Clear();
        return Task.CompletedTask;
    }
}

/// <summary>
/// RabbitMQ believes that its disk is full, by a limit that no disk has: it takes no message any more, and lets go of
/// those that it has.
/// </summary>
internal sealed class DiskFullBroker : Fault
{
    private const string Never = "900000GB";
    private const string AsConfigured = "1GB";

    public override string Name => "disk-full-broker";

    public override string Row => "a disk runs full: RabbitMQ's";

    /// <summary>Longer than a host waits for the broker to take a message, in the short form too.</summary>
    public override TimeSpan Length => TimeSpan.FromSeconds(14);

    public override string? Missing(Scene scene) =>
        scene.Shop.Servers is null ? "the servers are not processes of this run" : null;

    public override Task Inject(Scene scene, CancellationToken cancellationToken) => Limit(scene, Never, cancellationToken);

    public override Task Heal(Scene scene, CancellationToken cancellationToken) => Limit(scene, AsConfigured, cancellationToken);

    private static async Task Limit(Scene scene, string limit, CancellationToken cancellationToken)
    {
        await scene.Shop.Servers!.AskBroker(["set_disk_free_limit", limit], cancellationToken);
        if (await scene.Shop.Broker.IsAlarmed(cancellationToken) != (limit == Never))
            throw new ProofFailedException($"The broker did not take the limit {limit}.");
    }
}
