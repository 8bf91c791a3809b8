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
