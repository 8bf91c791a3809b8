using System.Diagnostics.Metrics;

namespace Shop.Workers.Webhooks;

/// <summary>What became of deliveries.</summary>
internal static class WebhookTelemetry
{
    private static readonly Meter Meter = new("Shop.Webhooks");

    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>(
        "shop.webhooks.deliveries", "{delivery}", "Deliveries by what became of an attempt: delivered, failed, given-up, gone");

    public static void Became(string outcome) => Deliveries.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
