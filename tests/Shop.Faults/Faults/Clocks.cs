using System.Globalization;

namespace Shop.Faults;

/// <summary>One instance of each host lives ten minutes ahead, the other ten behind; then all go back at once.</summary>
internal sealed class ClockSkew : Fault
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
    private const int SkewSeconds = 600;

    public override string Name => "clock-skew";

    public override string Row => "clocks ten minutes apart, or stepping back";

    public override TimeSpan Length => TimeSpan.FromSeconds(8);

    public override string? Missing(Scene scene) => File.Exists(Library) ? null : "the package faketime is not installed";

    public override async Task Inject(Scene scene, CancellationToken cancellationToken)
    {
        foreach (var pair in new[] { scene.Shop.Workers, scene.Shop.Sagas })
        {
            await Skew(pair[0], SkewSeconds, cancellationToken);
            await Skew(pair[1], -SkewSeconds, cancellationToken);
        }

        foreach (var host in scene.Shop.Workers.Concat(scene.Shop.Sagas)) await host.BeReady(cancellationToken);
    }

    public override async Task Heal(Scene scene, CancellationToken cancellationToken)
    {
        foreach (var host in scene.Shop.Workers.Concat(scene.Shop.Sagas))
        {
            foreach (var name in new[] { "LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC" }) host.Unset(name);
            await host.Stop(cancellationToken);
            await host.Start(cancellationToken);
        }
    }

    private static async Task Skew(HostProcess host, int seconds, CancellationToken cancellationToken)
    {
        host.Set("LD_PRELOAD", Library);
        host.Set("FAKETIME", seconds.ToString("+0;-0", CultureInfo.InvariantCulture));
        host.Set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        await host.Stop(cancellationToken);
        host.Launch();
    }
}
