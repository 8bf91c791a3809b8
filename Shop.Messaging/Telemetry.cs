using System.Diagnostics.Metrics;

namespace Shop.Messaging;

/// <summary>What the plumbing measures. Dotted names, units in braces; tags name the context, never a person.</summary>
public static class Telemetry
{
    public const string MeterName = "Shop.Messaging";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Transactions = Meter.CreateCounter<long>(
        "shop.messaging.transactions", "{transaction}", "Transactions committed for messages");

    private static readonly Counter<long> Messages = Meter.CreateCounter<long>(
        "shop.messaging.committed", "{message}", "Messages whose work was committed");

    private static readonly Counter<long> Published = Meter.CreateCounter<long>(
        "shop.messaging.published", "{message}", "Outgoing messages that the broker confirmed");

    private static readonly Counter<long> Unpublished = Meter.CreateCounter<long>(
        "shop.messaging.unpublished", "{message}", "Outgoing messages that could not be published and wait for a sweep");

    private static readonly Counter<long> Swept = Meter.CreateCounter<long>(
        "shop.messaging.swept", "{message}", "Outgoing messages published by a sweep");

    private static readonly Counter<long> Fired = Meter.CreateCounter<long>(
        "shop.messaging.timers", "{timer}", "Timers that came due and were sent");

    private static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>(
        "shop.messaging.dead_letters", "{message}", "Messages parked after their last attempt");

    internal static void Committed(string context, int messages)
    {
        Transactions.Add(1, Tag(context));
        Messages.Add(messages, Tag(context));
    }

    internal static void WasPublished(string context, int messages) => Published.Add(messages, Tag(context));
    internal static void WasNotPublished(string context) => Unpublished.Add(1, Tag(context));
    internal static void WasSwept(string context, int messages) => Swept.Add(messages, Tag(context));
    internal static void HasFired(string context, int timers) => Fired.Add(timers, Tag(context));
    internal static void WasParked(string queue) => DeadLetters.Add(1, new KeyValuePair<string, object?>("queue", queue));

    private static KeyValuePair<string, object?> Tag(string context) => new("context", context);
}
