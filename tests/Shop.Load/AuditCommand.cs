using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Npgsql;

namespace Shop.Load;

/// <summary>The command <c>audit</c>: every promise of the shop, held against everything that there is.</summary>
internal static class AuditCommand
{
    public static Command Audit()
    {
        var audit = new Command("audit", "Evaluates the invariants over all orders, and exits with 1 if one does not hold");
        audit.SetAction((_, cancellationToken) => CommandLine.Guarded(() => Run(cancellationToken), cancellationToken));
        return audit;
    }

    private static async Task<int> Run(CancellationToken cancellationToken)
    {
        var settings = BenchSettings.FromEnvironment();
        await using var database = NpgsqlDataSource.Create(settings.Postgres);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var orders = await Orders(connection, cancellationToken);
        var journal = new ClientJournal { Accepted = orders };
        if (settings is { Payments: { } address, PaymentsKey: { } key })
        {
            using var provider = new ProviderLists(address, key);
            journal = journal with { Provider = await provider.Read(cancellationToken) };
        }

        await Load.Audit.Load(connection, journal, cancellationToken);
        var found = await Load.Audit.Run(connection, journal, cancellationToken);
        Console.WriteLine($"{orders.Count:N0} orders, {journal.Provider?.Count ?? 0:N0} payments of the provider's journal");
        foreach (var (id, invariant) in found)
            Console.WriteLine($"{id}  {(invariant.Holds ? "holds " : "BROKEN")}  {invariant.Detail}");
        return found.Values.All(invariant => invariant.Holds) ? 0 : 1;
    }

    /// <summary>Every order, and every one that was answered 202; but for those that are rightly under way.</summary>
    private static async Task<List<Guid>> Orders(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select id from orders.orders
            where history_sequence > 0 and not (status in ({Statuses.Live}) and created_at > now() - interval '15 minutes')
            union
            select order_id from requests.accepted_request where created_at < now() - interval '15 minutes'
            """,
            connection) { CommandTimeout = 300 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var orders = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
            orders.Add(reader.GetGuid(0));
        return orders;
    }
}

/// <summary>The provider's journal by its own lists, a page after the other.</summary>
internal sealed class ProviderLists : IDisposable
{
    private const int MostPages = 100_000;

    private readonly HttpClient _http;

    public ProviderLists(Uri address, string key)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Every payment that names an order.</summary>
    public async Task<IReadOnlyCollection<ProviderPayment>> Read(CancellationToken cancellationToken)
    {
        var refunded = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var refund in All("/v1/refunds", cancellationToken))
        {
            var payment = refund.GetProperty("payment_intent").GetString()!;
            if (refund.GetProperty("status").GetString() is not ("failed" or "canceled"))
                refunded[payment] = refunded.GetValueOrDefault(payment) + refund.GetProperty("amount").GetInt64();
        }

        var payments = new List<ProviderPayment>();
        await foreach (var intent in All("/v1/payment_intents", cancellationToken))
        {
            if (!intent.GetProperty("metadata").TryGetProperty("order_id", out var order)
                || !Guid.TryParse(order.GetString(), out var orderId))
                continue;
            var id = intent.GetProperty("id").GetString()!;
            var wasCharged = intent.GetProperty("latest_charge").ValueKind == JsonValueKind.String
                && intent.GetProperty("status").GetString() is "requires_capture" or "succeeded" or "canceled";
            payments.Add(new ProviderPayment(
                orderId, id, wasCharged ? intent.GetProperty("amount").GetInt64() : 0,
                intent.GetProperty("amount_capturable").GetInt64() + intent.GetProperty("amount_received").GetInt64()
                    - refunded.GetValueOrDefault(id)));
        }

        return payments;
    }

    public void Dispose() => _http.Dispose();

    private async IAsyncEnumerable<JsonElement> All(
        string list, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        for (var pages = 0; pages < MostPages; pages++)
        {
            var after = last is null ? "" : $"&starting_after={last}";
            await using var body = await _http.GetStreamAsync(
                new Uri($"{list}?limit=100{after}", UriKind.Relative), cancellationToken);
            using var page = await JsonDocument.ParseAsync(body, default, cancellationToken);
            foreach (var item in page.RootElement.GetProperty("data").EnumerateArray())
            {
                last = item.GetProperty("id").GetString();
                yield return item;
            }

            if (!page.RootElement.GetProperty("has_more").GetBoolean())
                yield break;
        }

        throw new BenchFailedException($"the provider's list {list} has over {MostPages} pages.");
    }
}
