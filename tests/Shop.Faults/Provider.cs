using System.Net.Http.Headers;
using Shop.Load;

namespace Shop.Faults;

/// <summary>The payment simulator's switches, and the journal that only it writes.</summary>
internal sealed class Provider : IDisposable
{
    private readonly HttpClient _http;
    private readonly ProviderJournal _journal;

    public Provider(Uri address, string key)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _journal = new ProviderJournal(address, key);
    }

    /// <summary>As the simulator's README lists them: <c>latency/2000</c>, <c>outage/mute</c>, <c>webhooks/twice</c>.</summary>
    public async Task Set(string what)
    {
        using var answer = await _http.PutAsync(new Uri($"/_simulator/{what}", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
    }

    public async Task Reset()
    {
        await Set("outage/none");
        await Set("latency/0");
        await Set("webhooks/normal");
    }

    /// <summary>Each payment as the journal has it last.</summary>
    public Task<IReadOnlyCollection<ProviderPayment>> Payments(CancellationToken cancellationToken) =>
        _journal.Read(cancellationToken);

    public void Dispose()
    {
        _http.Dispose();
        _journal.Dispose();
    }
}
