using System.Diagnostics.Metrics;

namespace Shop.Workers.Payments;

/// <summary>What reconciliation finds, and how much of it waits for people.</summary>
internal static class PaymentsTelemetry
{
    private static readonly Meter Meter = new("Shop.Payments");

    private static readonly Counter<long> Findings = Meter.CreateCounter<long>(
        "shop.payments.findings", "{finding}", "Differences between books, provider and orders, by kind and state");

    private static readonly Gauge<long> Open = Meter.CreateGauge<long>(
        "shop.payments.findings.open", "{finding}", "Findings that wait for people");

    private static readonly Gauge<double> Behind = Meter.CreateGauge<double>(
        "shop.payments.reconciliation.lag", "s", "How far back the provider's journal has been compared to, by list");

    public static void Found(string kind, string state) => Findings.Add(
        1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("state", state));

    public static void AreOpen(long findings) => Open.Record(findings);

    public static void IsBehind(string list, TimeSpan lag) =>
        Behind.Record(lag.TotalSeconds, new KeyValuePair<string, object?>("list", list));
}
