using System.Net.Http.Headers;
using System.Text.Json;

namespace Shop.Load;

/// <summary>
/// The payment simulator's own journal, from where it stood when the run began: the other book that ours is held
/// against.
/// </summary>
internal sealed class ProviderJournal : IDisposable
{
    private const int LongestLine = 1 << 20;

    private readonly HttpClient _http;
    private readonly Uri _address;
    private long _from;

    public ProviderJournal(Uri address, string key)
    {
        _address = address;
        _http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Remembers where the journal ends now.</summary>
    public async Task Begin(CancellationToken cancellationToken)
    {
        await using var body = await _http.GetStreamAsync(new Uri(_address, "/_simulator"), cancellationToken);
        using var state = await JsonDocument.ParseAsync(body, default, cancellationToken);
        _from = state.RootElement.GetProperty("journalBytes").GetInt64();
    }

    /// <summary>Each payment that the journal names since then, as it was last.</summary>
    public async Task<IReadOnlyCollection<ProviderPayment>> Read(CancellationToken cancellationToken)
    {
        var payments = new Dictionary<string, ProviderPayment>(StringComparer.Ordinal);
        await using var body = await _http.GetStreamAsync(
            new Uri(_address, $"/_simulator/journal?from={_from}"), cancellationToken);
        using var lines = new StreamReader(body);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > LongestLine)
                throw new IOException($"A line of the provider's journal is over {LongestLine} characters.");
            using var entry = JsonDocument.Parse(line);
            if (entry.RootElement.TryGetProperty("intent", out var intent) && Payment(intent) is { } payment)
                payments[payment.Reference] = payment;
        }

        return payments.Values;
    }

    public void Dispose() => _http.Dispose();

    private static ProviderPayment? Payment(JsonElement intent) =>
        intent.TryGetProperty("metadata", out var metadata)
        && metadata.TryGetProperty("order_id", out var order)
        && Guid.TryParse(order.GetString(), out var orderId)
            ? new ProviderPayment(
                orderId,
                intent.GetProperty("id").GetString()!,
                Amount(intent, "authorized"),
                Amount(intent, "capturable") + Amount(intent, "received") - Amount(intent, "refunded"))
            : null;

    // The journal leaves out what is 0.
    private static long Amount(JsonElement intent, string name) =>
        intent.TryGetProperty(name, out var amount) ? amount.GetInt64() : 0;
}
