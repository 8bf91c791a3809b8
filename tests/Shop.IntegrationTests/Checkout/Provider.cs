using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Shop.IntegrationTests.Checkout;

/// <summary>The payment simulator as its judge sees it: its switches, and the journal that only it writes.</summary>
internal sealed class Provider : IDisposable
{
    private readonly HttpClient _http;

    public Provider(Uri address, string key)
    {
        _http = new HttpClient { BaseAddress = address };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary><c>None</c>, <c>Errors</c>, <c>Hang</c> or <c>Drop</c>.</summary>
    public Task SetOutage(string outage) => Put($"/_simulator/outage/{outage}");

    /// <summary><c>Normal</c>, <c>Twice</c>, <c>BeforeResponse</c> or <c>Never</c>.</summary>
    public Task SetWebhooks(string mode) => Put($"/_simulator/webhooks/{mode}");

    public Task SetLatency(int milliseconds) =>
        Put($"/_simulator/latency/{milliseconds.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>As everything is at the beginning.</summary>
    public async Task Reset()
    {
        await SetOutage("None");
        await SetWebhooks("Normal");
        await SetLatency(0);
    }

    /// <summary>The payments of an order that were ever authorised, as they are now.</summary>
    public async Task<IReadOnlyList<Charge>> Charges(Guid orderId) =>
        [.. (await Payments(orderId)).Values.Where(charge => charge.Authorized > 0)];

    /// <summary>The provider's ids of an order's payments.</summary>
    public async Task<IReadOnlyList<string>> References(Guid orderId) => [.. (await Payments(orderId)).Keys];

    private async Task<Dictionary<string, Charge>> Payments(Guid orderId)
    {
        var journal = await _http.GetStringAsync(new Uri("/_simulator/journal", UriKind.Relative));
        var charges = new Dictionary<string, Charge>();
        foreach (var line in journal.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var entry = JsonElement.Parse(line);
            if (!entry.TryGetProperty("intent", out var intent)
                || !intent.GetProperty("metadata").TryGetProperty("order_id", out var order)
                || order.GetGuid() != orderId) continue;
            charges[intent.GetProperty("id").GetString()!] = new Charge(
                intent.GetProperty("status").GetString()!,
                intent.TryGetProperty("authorized", out var authorized) ? authorized.GetInt64() : 0,
                intent.TryGetProperty("capturable", out var capturable) ? capturable.GetInt64() : 0);
        }

        return charges;
    }

    /// <summary>Does something at the provider that nobody of the shop asked for.</summary>
    /// <returns>What it answers.</returns>
    public async Task<JsonElement> Post(string path, params (string Name, string Value)[] form)
    {
        using var body = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Over all orders; anything but 0 is somebody's money.</summary>
    public async Task<int> OrdersChargedTwice() =>
        JsonElement.Parse(await _http.GetStringAsync(new Uri("/_simulator", UriKind.Relative)))
            .GetProperty("ordersChargedTwice").GetInt32();

    public void Dispose() => _http.Dispose();

    private async Task Put(string path) =>
        (await _http.PutAsync(new Uri(path, UriKind.Relative), null)).EnsureSuccessStatusCode();
}

/// <summary>What a payment once held and still holds, in minor units.</summary>
internal sealed record Charge(string Status, long Authorized, long Held);
