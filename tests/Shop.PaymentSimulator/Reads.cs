using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Shop.PaymentSimulator;

/// <summary>Single payments, lists from the newest on, and search by order.</summary>
internal sealed partial class Reads(Ledger ledger, IOptions<SimulatorOptions> options, TimeProvider time)
{
    public Task Intent(HttpContext http)
    {
        var id = (string)http.GetRouteValue("id")!;
        var withCharge = http.Request.Query.Any(pair =>
            pair.Key.StartsWith("expand[", StringComparison.Ordinal) && pair.Value == "latest_charge");
        return ledger.Intents.Find(id) is { } intent
            ? Calls.Answer(http, StatusCodes.Status200OK,
                StripeJson.Render(json => StripeJson.Write(json, intent, withCharge)))
            : Calls.Refuse(http, Refusal.Missing("payment_intent", id, inPath: true));
    }

    public Task Intents(HttpContext http) => List(http, ledger.Intents, null, StripeJson.Write);

    public Task Refunds(HttpContext http)
    {
        var intentId = http.Request.Query["payment_intent"].FirstOrDefault();
        return List(http, ledger.Refunds,
            intentId is null ? null : refund => refund.IntentId == intentId, StripeJson.Write);
    }

    public Task Events(HttpContext http)
    {
        var type = http.Request.Query["type"].FirstOrDefault();
        return List(http, ledger.Events, type is null ? null : entry => entry.EventType == type,
            (json, entry) => StripeJson.WriteEvent(json, entry, options.Value.ApiVersion));
    }

    public Task Search(HttpContext http)
    {
        var query = http.Request.Query["query"].ToString();
        if (OrderQuery().Match(query) is not { Success: true } match)
            return Calls.Refuse(http, Refusal.Invalid(
                "The only query understood here is metadata['order_id']:'…'.", "query"));
        var visibleBefore = time.GetUtcNow().ToUnixTimeMilliseconds() - options.Value.SearchLagMs;
        var found = ledger.OfOrder(match.Groups[1].Value)
            .Where(intent => intent.Created <= visibleBefore)
            .OrderByDescending(intent => intent.Created)
            .ToList();
        return Calls.Answer(http, StatusCodes.Status200OK, StripeJson.List(
            "search_result", http.Request.Path, new Page<Intent>(found, HasMore: false), StripeJson.Write));
    }

    private static Task List<T>(
        HttpContext http,
        Shelf<T> shelf,
        Func<T, bool>? wanted,
        Action<System.Text.Json.Utf8JsonWriter, T> write)
        where T : class
    {
        if (ListQuery.Parse(http.Request.Query, out var refusal) is not { } query)
            return Calls.Refuse(http, refusal!);
        return shelf.List(query, wanted) is { } page
            ? Calls.Answer(http, StatusCodes.Status200OK, StripeJson.List("list", http.Request.Path, page, write))
            : Calls.Refuse(http, Refusal.Invalid(
                $"No such object: '{query.StartingAfter}'", "starting_after", "resource_missing"));
    }

    [GeneratedRegex("""^\s*metadata\[['"]order_id['"]\]\s*:\s*['"]([^'"]{1,500})['"]\s*$""")]
    private static partial Regex OrderQuery();
}
