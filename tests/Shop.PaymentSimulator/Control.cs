using System.Globalization;

namespace Shop.PaymentSimulator;

/// <summary>What tests and judges need and no real provider has: the journal, the counters and the switches.</summary>
internal static class Control
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/_simulator", Show);
        app.MapGet("/_simulator/journal", Dump);
        app.MapPut("/_simulator/latency/{value}", http => Set(http, (switches, value) =>
        {
            var good = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                && milliseconds <= Switches.MaxLatencyMs;
            if (good)
                switches.LatencyMs = milliseconds;
            return good;
        }));
        app.MapPut("/_simulator/outage/{value}", http => Set(http, (switches, value) =>
        {
            var good = TryName<OutageMode>(value, out var mode);
            if (good)
                switches.Outage = mode;
            return good;
        }));
        app.MapPut("/_simulator/webhooks/{value}", http => Set(http, (switches, value) =>
        {
            var good = TryName<WebhookMode>(value, out var mode);
            if (good)
                switches.Webhooks = mode;
            return good;
        }));
    }

    private static Task Set(HttpContext http, Func<Switches, string, bool> set) =>
        set(http.RequestServices.GetRequiredService<Switches>(), (string)http.GetRouteValue("value")!)
            ? Show(http)
            : Calls.Refuse(http, Refusal.Invalid("No such value.", "value"));

    private static bool TryName<T>(string name, out T value)
        where T : struct, Enum =>
        Enum.TryParse(name, ignoreCase: true, out value) && Enum.IsDefined(value) && !char.IsAsciiDigit(name[0]);

    private static Task Show(HttpContext http)
    {
        var ledger = http.RequestServices.GetRequiredService<Ledger>();
        var switches = http.RequestServices.GetRequiredService<Switches>();
        var webhooks = http.RequestServices.GetRequiredService<Webhooks>();
        return Calls.Answer(http, StatusCodes.Status200OK, StripeJson.Render(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("latencyMs", switches.LatencyMs);
            json.WriteString("outage", switches.Outage.ToString());
            json.WriteString("webhooks", switches.Webhooks.ToString());
            json.WriteNumber("intents", ledger.Intents.Count);
            json.WriteNumber("refunds", ledger.Refunds.Count);
            json.WriteNumber("events", ledger.Events.Count);
            json.WriteNumber("keys", ledger.Keys.Count);
            json.WriteNumber("ordersChargedTwice", ledger.OrdersChargedTwice());
            json.WriteNumber("webhooksDelivered", webhooks.Delivered);
            json.WriteNumber("webhooksFailed", webhooks.Failed);
            json.WriteNumber("webhooksDropped", webhooks.Dropped);
            json.WriteNumber("journalBytes", ledger.Journal.FlushedLength);
            json.WriteStartObject("outcomes");
            foreach (var (name, count) in ledger.Outcomes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                json.WriteNumber(name, count);
            json.WriteEndObject();
            json.WriteEndObject();
        }));
    }

    /// <summary>
    /// The journal from the byte <c>from</c> on, as far as it is flushed.
    /// The header <c>Journal-Next</c> says where to go on.
    /// </summary>
    private static async Task Dump(HttpContext http)
    {
        var journal = http.RequestServices.GetRequiredService<Ledger>().Journal;
        var until = journal.FlushedLength;
        var text = http.Request.Query["from"].FirstOrDefault("0");
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var from) || from > until)
        {
            await Calls.Refuse(http, Refusal.Invalid("That is not in the journal.", "from"));
            return;
        }

        http.Response.ContentType = "application/jsonl";
        http.Response.ContentLength = until - from;
        http.Response.Headers["Journal-Next"] = until.ToString(CultureInfo.InvariantCulture);
        await http.Response.SendFileAsync(journal.Path, from, until - from, http.RequestAborted);
    }
}
