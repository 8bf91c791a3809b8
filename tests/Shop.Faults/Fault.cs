namespace Shop.Faults;

/// <summary>A row of the table of faults, done to the running shop.</summary>
internal abstract class Fault
{
    /// <summary>As <c>--fault</c> knows it.</summary>
    public abstract string Name { get; }

    /// <summary>What it stands for.</summary>
    public abstract string Row { get; }

    /// <summary>Between injecting and healing.</summary>
    public virtual TimeSpan Length => TimeSpan.FromSeconds(4);

    /// <summary>Null, or why it cannot be injected on this machine.</summary>
    public virtual string? Missing(Scene scene) => null;

    public abstract Task Inject(Scene scene, CancellationToken cancellationToken);

    /// <summary>Makes everything whole again. The shop has to recover by itself.</summary>
    public virtual Task Heal(Scene scene, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>What a fault works on.</summary>
internal sealed record Scene(ProvedShop Shop, Market Market, ProveOptions Options, Random Random);
