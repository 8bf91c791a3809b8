using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Xunit;

namespace Shop.IntegrationTests;

/// <summary>
/// A virtual host of its own on the broker that <c>SHOP_TEST_RABBITMQ</c> names (an amqp URI with an administrator),
/// made and deleted through <c>SHOP_TEST_RABBITMQ_MANAGEMENT</c> (<c>http://user:password@host:port</c>).
/// </summary>
public sealed class TestBroker : IAsyncLifetime
{
    private readonly string _name = $"shop_test_{Guid.NewGuid():N}";
    private HttpClient? _management;
    private IConnection? _connection;
    private IChannel? _channel;

    public string ConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var server = new UriBuilder(Variable("SHOP_TEST_RABBITMQ")) { Path = "/" + _name };
        ConnectionString = server.Uri.AbsoluteUri;
        var console = new Uri(Variable("SHOP_TEST_RABBITMQ_MANAGEMENT"));
        _management = new HttpClient { BaseAddress = new UriBuilder(console.Scheme, console.Host, console.Port).Uri };
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(console.UserInfo))));
        await Put($"api/vhosts/{_name}", new { });
        await Put($"api/permissions/{_name}/{server.UserName}", new { configure = ".*", write = ".*", read = ".*" });
        _connection = await new ConnectionFactory { Uri = server.Uri, ClientProvidedName = "test" }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        if (_management is null) return;
        (await _management.DeleteAsync(new Uri($"api/vhosts/{_name}", UriKind.Relative))).EnsureSuccessStatusCode();
        _management.Dispose();
    }

    /// <summary>Hears everything that an exchange passes on from now on, without any of the product's code.</summary>
    public async Task<Ear> Listen(string exchange, bool declare = true)
    {
        var queue = (await _channel!.QueueDeclareAsync()).QueueName;
        if (declare) await _channel!.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
        await _channel!.QueueBindAsync(queue, exchange, "");
        var ear = new Ear();
        var consumer = new AsyncEventingBasicConsumer(_channel!);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            ear.Add(delivery);
            return Task.CompletedTask;
        };
        await _channel!.BasicConsumeAsync(queue, autoAck: true, consumer);
        return ear;
    }

    /// <summary>Puts bytes on an exchange as they are.</summary>
    public async Task Send(string exchange, string contentType, byte[] body)
    {
        var properties = new BasicProperties { ContentType = contentType, DeliveryMode = DeliveryModes.Persistent };
        await _channel!.BasicPublishAsync(exchange, "", mandatory: true, properties, body);
    }

    /// <summary>The messages that are ready in a queue; null if there is no such queue.</summary>
    public async Task<int?> Count(string queue)
    {
        await using var channel = await _connection!.CreateChannelAsync();
        try
        {
            return (int)(await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == 404)
        {
            return null;
        }
    }

    /// <summary>All queues, as the management API describes them.</summary>
    public async Task<IReadOnlyList<JsonElement>> Queues() => (await _management!.GetFromJsonAsync<JsonElement[]>(
        new Uri($"api/queues/{_name}?columns=name,arguments", UriKind.Relative)))!;

    /// <summary>Deletes a queue with what is in it, if nobody consumes it. Returns whether it did.</summary>
    public async Task<bool> DeleteUnheard(string queue)
    {
        if ((await _channel!.QueueDeclarePassiveAsync(queue)).ConsumerCount > 0) return false;
        await _channel!.QueueDeleteAsync(queue);
        return true;
    }

    /// <summary>Cuts every connection but this object's own. Returns how many.</summary>
    public async Task<int> CutConnections()
    {
        var cut = 0;
        var connections = await _management!.GetFromJsonAsync<JsonElement[]>(
            new Uri($"api/vhosts/{_name}/connections", UriKind.Relative));
        foreach (var connection in connections!)
        {
            var name = connection.GetProperty("name").GetString()!;
            if (connection.TryGetProperty("user_provided_name", out var given) && given.GetString() == "test") continue;
            using var answer = await _management!.DeleteAsync(
                new Uri($"api/connections/{Uri.EscapeDataString(name)}", UriKind.Relative));
            if (answer.IsSuccessStatusCode) cut++;
        }

        return cut;
    }

    private async Task Put(string path, object body) =>
        (await _management!.PutAsJsonAsync(new Uri(path, UriKind.Relative), body)).EnsureSuccessStatusCode();

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException(
            $"{name} is not set. It must name a RabbitMQ server for tests, with an administrator's user and password.");

    /// <summary>What was heard, in order.</summary>
    public sealed class Ear
    {
        private readonly ConcurrentQueue<Heard> _heard = new();

        public IReadOnlyList<Heard> All => [.. _heard];

        /// <summary>Those whose body says this, such as an id.</summary>
        public IReadOnlyList<Heard> Of(Guid id) =>
            [.. _heard.Where(message => message.Body.Contains(id.ToString(), StringComparison.Ordinal))];

        internal void Add(BasicDeliverEventArgs delivery) => _heard.Enqueue(new Heard(
            Guid.TryParse(delivery.BasicProperties.MessageId, CultureInfo.InvariantCulture, out var id) ? id : Guid.Empty,
            Encoding.UTF8.GetString(delivery.Body.Span)));
    }

    public sealed record Heard(Guid MessageId, string Body);
}
