using Microsoft.Extensions.Options;

namespace Shop.PaymentSimulator;

/// <summary>What can be changed while it runs. It starts as configured, also after a restart.</summary>
internal sealed class Switches(IOptions<SimulatorOptions> options)
{
    public const int MaxLatencyMs = 60_000;

    private volatile int latencyMs = options.Value.LatencyMs;
    private volatile WebhookMode webhooks = options.Value.Webhooks;
    private volatile OutageMode outage;

    public int LatencyMs
    {
        get => latencyMs;
        set => latencyMs = Math.Clamp(value, 0, MaxLatencyMs);
    }

    public WebhookMode Webhooks
    {
        get => webhooks;
        set => webhooks = value;
    }

    public OutageMode Outage
    {
        get => outage;
        set => outage = value;
    }
}
