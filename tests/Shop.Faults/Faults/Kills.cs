namespace Shop.Faults;

/// <summary>A host's two instances are killed, one after the other, again and again.</summary>
internal abstract class KillHosts : Fault
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(700);

    public override string Row => "kill -9 of a host, over and over, and at crash points between commit, publish and acknowledge";

    protected abstract IReadOnlyList<HostProcess> Of(ProvedShop shop);

    public override async Task Inject(Scene scene, CancellationToken cancellationToken)
    {
        foreach (var host in Of(scene.Shop))
        {
            await host.Kill();
            host.Launch();
            // The other falls while the first is getting up: for a moment there is none.
            await Task.Delay(Between * scene.Random.NextDouble(), cancellationToken);
        }
    }

    /// <summary>In a short run the next fault comes while they are still getting up.</summary>
    public override async Task Heal(Scene scene, CancellationToken cancellationToken)
    {
        if (scene.Options.IsShort) return;
        foreach (var host in Of(scene.Shop)) await host.BeReady(cancellationToken);
    }
}

internal sealed class KillApi : KillHosts
{
    public override string Name => "kill-api";

    protected override IReadOnlyList<HostProcess> Of(ProvedShop shop) => shop.Apis;
}

internal sealed class KillWorkers : KillHosts
{
    public override string Name => "kill-workers";

    protected override IReadOnlyList<HostProcess> Of(ProvedShop shop) => shop.Workers;
}

internal sealed class KillSagas : KillHosts
{
    public override string Name => "kill-sagas";

    protected override IReadOnlyList<HostProcess> Of(ProvedShop shop) => shop.Sagas;
}

/// <summary>
/// The hosts' words to the broker are swallowed, so that they commit and do not publish, publish and do not acknowledge;
/// then all but the API are killed.
/// </summary>
internal sealed class CrashAfterCommit : Fault
{
    public override string Name => "crash-after-commit";

    public override string Row => "kill -9 at crash points between commit, publish and acknowledge";

    public override TimeSpan Length => TimeSpan.FromSeconds(1.5);

    public override Task Inject(Scene scene, CancellationToken cancellationToken)
    {
        scene.Shop.BrokerWire.Freeze();
        return Task.CompletedTask;
    }

    public override async Task Heal(Scene scene, CancellationToken cancellationToken)
    {
        foreach (var host in scene.Shop.Workers.Concat(scene.Shop.Sagas)) await host.Kill();
        scene.Shop.BrokerWire.CutAndThaw();
        foreach (var host in scene.Shop.Workers.Concat(scene.Shop.Sagas)) host.Launch();
        foreach (var host in scene.Shop.Workers.Concat(scene.Shop.Sagas)) await host.BeReady(cancellationToken);
    }
}

/// <summary>One instance after the other is stopped as an operator does, and started again.</summary>
internal sealed class RollingRestart : Fault
{
    public override string Name => "rolling-restart";

    public override string Row => "rolling restart (both of the same version)";

    public override TimeSpan Length => TimeSpan.Zero;

    public override async Task Inject(Scene scene, CancellationToken cancellationToken)
    {
        foreach (var host in scene.Shop.Hosts)
        {
            await host.Stop(cancellationToken);
            await host.Start(cancellationToken);
        }
    }
}

/// <summary>A server is killed with all its processes, and started again.</summary>
internal abstract class KillServer(string server) : Fault
{
    public override string Name => $"kill-{server}";

    public override TimeSpan Length => TimeSpan.FromSeconds(3);

    public override string? Missing(Scene scene) =>
        scene.Shop.Servers is null ? "the servers are not processes of this run" : null;

    public override Task Inject(Scene scene, CancellationToken cancellationToken)
    {
        scene.Shop.Servers!.Kill(server);
        return Task.CompletedTask;
    }

    public override Task Heal(Scene scene, CancellationToken cancellationToken) =>
        scene.Shop.Servers!.Start(cancellationToken);
}

internal sealed class KillRabbitMq() : KillServer("rabbitmq")
{
    public override string Row => "kill -9 and restart of RabbitMQ";
}

internal sealed class KillPostgres() : KillServer("postgres")
{
    public override string Row => "kill -9 and restart of PostgreSQL";
}

internal sealed class KillRedis() : KillServer("redis")
{
    public override string Row => "Redis killed";
}
