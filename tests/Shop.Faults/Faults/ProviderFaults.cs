namespace Shop.Faults;

/// <summary>The payment provider misbehaves, by a switch of the simulator.</summary>
internal abstract class ProviderFault(string what) : Fault
{
    public override string Row =>
        "provider slow, silent, or answering 5xx after having charged; webhook before the response, twice, or never";

    public override Task Inject(Scene scene, CancellationToken cancellationToken) => scene.Shop.Provider.Set(what);

    public override Task Heal(Scene scene, CancellationToken cancellationToken) => scene.Shop.Provider.Reset();
}

internal sealed class ProviderSlow() : ProviderFault("latency/3000")
{
    public override string Name => "provider-slow";
}

/// <summary>Nothing is charged, and nothing answered.</summary>
internal sealed class ProviderSilent() : ProviderFault("outage/hang")
{
    public override string Name => "provider-silent";
}

/// <summary>Everything is carried out, and nothing answered.</summary>
internal sealed class ProviderMute() : ProviderFault("outage/mute")
{
    public override string Name => "provider-mute";
}

/// <summary>Nothing is carried out, and every call is answered 503. Cards that are charged before a 500 are in the load.</summary>
internal sealed class ProviderErrors() : ProviderFault("outage/errors")
{
    public override string Name => "provider-errors";
}

internal sealed class WebhooksTwice() : ProviderFault("webhooks/twice")
{
    public override string Name => "webhooks-twice";
}

internal sealed class WebhooksNever() : ProviderFault("webhooks/never")
{
    public override string Name => "webhooks-never";
}

internal sealed class WebhooksEarly() : ProviderFault("webhooks/beforeResponse")
{
    public override string Name => "webhooks-early";
}

/// <summary>The provider's own process is killed: it knows what it had answered, and nothing else.</summary>
internal sealed class KillProvider : Fault
{
    public override string Name => "kill-provider";

    public override string Row => "provider gone, with its calls under way";

    public override TimeSpan Length => TimeSpan.FromSeconds(2);

    public override Task Inject(Scene scene, CancellationToken cancellationToken) => scene.Shop.Simulator.Kill();

    public override Task Heal(Scene scene, CancellationToken cancellationToken) =>
        scene.Shop.Simulator.Start(cancellationToken);
}
