using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace Shop.Faults;

/// <summary>A virtual host of the run's own, made and looked into through RabbitMQ's management API.</summary>
internal sealed class Broker : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _server;
    private readonly string _name;

    public Broker(ProveSettings settings, string name)
    {
        (_server, _name) = (settings.RabbitMq, name);
        var console = settings.RabbitMqManagement;
        _http = new HttpClient
        {
            BaseAddress = new UriBuilder(console.Scheme, console.Host, console.Port).Uri,
            Timeout = TimeSpan.FromSeconds(10),
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(console.UserInfo))));
    }

    public string Name => _name;

    public int Port => _server.Port > 0 ? _server.Port : 5672;

    public string Host => _server.Host;

    /// <summary>The virtual host through a proxy on this port.</summary>
    public string ThroughPort(int port) =>
        new UriBuilder(_server) { Host = "127.0.0.1", Port = port, Path = "/" + _name }.Uri.AbsoluteUri;

    public async Task Create(CancellationToken cancellationToken)
    {
        var user = Uri.UnescapeDataString(_server.UserInfo.Split(':')[0]);
        await Put($"api/vhosts/{_name}", new { }, cancellationToken);
        await Put($"api/permissions/{_name}/{user}", new { configure = ".*", write = ".*", read = ".*" }, cancellationToken);
    }

    /// <summary>A connection of our own, past the proxies.</summary>
    public Task<IConnection> Connect(CancellationToken cancellationToken) => new ConnectionFactory
    {
        Uri = new UriBuilder(_server) { Path = "/" + _name }.Uri, ClientProvidedName = "proof",
        AutomaticRecoveryEnabled = false,
    }.CreateConnectionAsync(cancellationToken);

    /// <summary>The durable queues, with how many messages each has, which lags by seconds.</summary>
    public async Task<IReadOnlyDictionary<string, long>> Queues(CancellationToken cancellationToken)
    {
        var queues = await _http.GetFromJsonAsync<JsonElement[]>(
            new Uri($"api/queues/{_name}?columns=name,messages,durable", UriKind.Relative), cancellationToken);
        return queues!.Where(queue => queue.TryGetProperty("durable", out var durable) && durable.GetBoolean())
            .ToDictionary(
                queue => queue.GetProperty("name").GetString()!,
                queue => queue.TryGetProperty("messages", out var count) ? count.GetInt64() : 0);
    }

    /// <summary>Whether a resource alarm keeps it from taking messages.</summary>
    public async Task<bool> IsAlarmed(CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri("api/health/checks/local-alarms", UriKind.Relative), cancellationToken);
        return !answer.IsSuccessStatusCode;
    }

    /// <summary>
    /// What the console knows of the queues that hold something, and of the channels that owe an acknowledgement or wait
    /// for a confirmation: a line each.
    /// </summary>
    public async Task<IReadOnlyList<string>> Tell(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var queue in await Ask($"api/queues/{_name}"))
        {
            if (Number(queue, "messages") == 0) continue;
            lines.Add($"queue {Text(queue, "name")}: ready {Number(queue, "messages_ready")}, unacknowledged " +
                $"{Number(queue, "messages_unacknowledged")}, consumers {Number(queue, "consumers")}, {Text(queue, "state")}");
        }

        foreach (var channel in await Ask($"api/vhosts/{_name}/channels"))
        {
            var consumers = Number(channel, "consumer_count");
            if (Number(channel, "messages_unacknowledged") + Number(channel, "messages_unconfirmed") == 0) continue;
            lines.Add($"channel {Text(channel, "name")}: unacknowledged {Number(channel, "messages_unacknowledged")}, " +
                $"unconfirmed {Number(channel, "messages_unconfirmed")}, consumers {consumers}, {Text(channel, "state")}");
        }

        return lines;

        async Task<JsonElement[]> Ask(string path) =>
            (await _http.GetFromJsonAsync<JsonElement[]>(new Uri(path, UriKind.Relative), cancellationToken))!;

        static long Number(JsonElement element, string name) =>
            element.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;

        static string? Text(JsonElement element, string name) =>
            element.TryGetProperty(name, out var value) ? value.ToString() : null;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var answer = await _http.DeleteAsync(new Uri($"api/vhosts/{_name}", UriKind.Relative));
        }
        catch (HttpRequestException)
        {
            // A broker that is away keeps it: the next run has another name.
        }

        _http.Dispose();
    }

    private async Task Put(string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await _http.PutAsJsonAsync(new Uri(path, UriKind.Relative), body, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
