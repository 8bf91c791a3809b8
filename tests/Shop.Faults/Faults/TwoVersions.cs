namespace Shop.Faults;

/// <summary>
/// The second instance of each host is replaced, under load, by one of an older version, on the schema of the present one;
/// both work side by side, and then it is replaced again. It is a release, and its taking back.
/// </summary>
internal sealed class TwoVersions : Fault
{
    public override string Name => "two-versions";

    public override string Row => "rolling restart, old and new version together";

    public override TimeSpan Length => TimeSpan.FromSeconds(10);

    public override string? Missing(Scene scene) =>
        scene.Options.Old is null ? "no older version was given (--old REVISION)" : null;

    public override Task Inject(Scene scene, CancellationToken cancellationToken) =>
        Replace(scene, scene.Options.Old!, cancellationToken);

    public override Task Heal(Scene scene, CancellationToken cancellationToken) =>
        Replace(scene, scene.Options.Root, cancellationToken);

    private static async Task Replace(Scene scene, DirectoryInfo root, CancellationToken cancellationToken)
    {
        foreach (var host in new[] { scene.Shop.Workers[1], scene.Shop.Sagas[1], scene.Shop.Apis[1] })
        {
            await host.Stop(cancellationToken);
            host.RunFrom(root);
            await host.Start(cancellationToken);
        }
    }
}
