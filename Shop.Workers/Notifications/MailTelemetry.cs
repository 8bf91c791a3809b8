using System.Diagnostics.Metrics;

namespace Shop.Workers.Notifications;

/// <summary>What became of mails that were taken up.</summary>
internal static class MailTelemetry
{
    private static readonly Meter Meter = new("Shop.Notifications");

    private static readonly Counter<long> Mails = Meter.CreateCounter<long>(
        "shop.notifications.mails", "{mail}", "Mails by what became of an attempt: sent, postponed, dead, unknown");

    public static void Became(string outcome) => Mails.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
