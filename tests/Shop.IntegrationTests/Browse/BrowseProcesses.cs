using System.Text.Json;
using Npgsql;
using Shop.Contracts;
using Shop.IntegrationTests.Checkout;
using StackExchange.Redis;
using Xunit;

namespace Shop.IntegrationTests.Browse;

/// <summary>Tests of browsing share their processes, and have the machine to themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrowseCollection : ICollectionFixture<BrowseProcesses>
{
    public const string Name = "Browse";
}

/// <summary>
/// The catalogue as it is browsed: workers and two instances of the API, on a PostgreSQL and a Redis of their own, which
/// can be killed. Each API reaches the broker through a wire of its own.
/// </summary>
public sealed class BrowseProcesses : IAsyncLifetime
{
    private readonly TestBroker _broker = new();
    private readonly List<IAsyncDisposable> _running = [];
    private NpgsqlDataSource? _database;
    private bool _isDisposed;

    internal PrivatePostgres Postgres { get; } = new();

    internal PrivateRedis Redis { get; } = new();

    internal HostProcess Workers { get; private set; } = null!;

    /// <summary>Two instances that share Redis.</summary>
    internal IReadOnlyList<HostProcess> Apis { get; private set; } = [];

    /// <summary>Of each API, to the broker.</summary>
    internal IReadOnlyList<TcpProxy> Wires { get; private set; } = [];

    /// <summary>To each API.</summary>
    internal IReadOnlyList<HttpClient> Clients { get; private set; } = [];

    internal Goods Goods { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!PrivateServers.CanBeStarted) return;
        try
        {
            await Begin();
        }
        catch (Exception)
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        foreach (var client in Clients) client.Dispose();
        foreach (var running in Enumerable.Reverse(_running)) await running.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        await _broker.DisposeAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    /// <summary>Tells everyone who listens.</summary>
    internal Task Publish<TEvent>(TEvent happened)
        where TEvent : IEvent
    {
        var (space, name) = (typeof(TEvent).Namespace, typeof(TEvent).Name);
        return _broker.Send($"{space}:{name}", "application/vnd.masstransit+json", JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                messageId = Guid.NewGuid(),
                messageType = new[] { $"urn:message:{space}:{name}" },
                message = happened,
            },
            JsonSerializerOptions.Web));
    }

    internal Task PublishNonsense<TEvent>() => _broker.Send(
        $"{typeof(TEvent).Namespace}:{typeof(TEvent).Name}", "application/vnd.masstransit+json", "{ no envelope"u8.ToArray());

    /// <summary>The queues that instances of the API have for themselves.</summary>
    internal async Task<IReadOnlyList<JsonElement>> InstanceQueues() => [.. (await _broker.Queues())
        .Where(queue => queue.GetProperty("name").GetString()!.StartsWith("api.evict-changed.", StringComparison.Ordinal))];

    /// <summary>Once an instance is out of reach, it loses its queue too.</summary>
    internal Task LoseQueueOfAbsentInstance() => Waiting.Until(async () =>
    {
        foreach (var queue in await InstanceQueues())
            if (await _broker.DeleteUnheard(queue.GetProperty("name").GetString()!)) return true;
        return false;
    });

    internal async Task Execute(string sql)
    {
        await using var command = _database!.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>One of those that were imported, and have not changed since.</summary>
    internal async Task<string> AnyProduct(int number = 0)
    {
        await using var command = _database!.CreateCommand(
            "select sku from catalog.product_view where active and version = 1 and sku not like 'E2E-%' "
            + $"order by sku offset {number} limit 1");
        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    internal async Task<bool> IsInRedis(string sku)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Redis.ConnectionString);
        return await redis.GetDatabase().StringLengthAsync($"catalogue:{sku}") > 1;
    }

    /// <summary>After a test that failed half way: whoever is dead or cut off begins anew.</summary>
    internal async Task Revive()
    {
        foreach (var wire in Wires) wire.Mend();
        if (!Redis.IsRunning) await Redis.Start();
        if (!Postgres.IsRunning) await RestartPostgres();
    }

    internal async Task RestartPostgres()
    {
        await Postgres.Start();
        _database!.Clear();
    }

    private async Task Begin()
    {
        await Task.WhenAll(_broker.InitializeAsync().AsTask(), Redis.Start(), Postgres.Create());
        _database = NpgsqlDataSource.Create(Postgres.ConnectionString);
        Describe();
        foreach (var host in new[] { Workers, Apis[0] }) await host.Run("migrate");
        await Workers.Run("import");
        await Task.WhenAll([Workers.Start(), .. Apis.Select(api => api.Start())]);
        Goods = new Goods(_broker, _database);
        Clients = [.. Apis.Select(api => new HttpClient { BaseAddress = api.Address, Timeout = TimeSpan.FromSeconds(30) })];
    }

    private void Describe()
    {
        var broker = new Uri(_broker.ConnectionString);
        Wires = [.. Enumerable.Range(0, 2).Select(_ => new TcpProxy(broker.Host, broker.Port > 0 ? broker.Port : 5672))];
        Workers = new HostProcess("Shop.Workers", "/health/ready", Of(_broker.ConnectionString, "Catalog", "Inventory",
            "Payments", "Fulfillment", "Search", "Reviews", "Recommendations", "Notifications", "Webhooks"));
        Workers.Set("Payments__ProviderAddress", "http://127.0.0.1:1");
        Workers.Set("Payments__ApiKey", "sk_test_of_nobody");
        Apis = [.. Wires.Select(wire => new HostProcess("Shop.Api", "/health/ready",
            Of(new UriBuilder(broker) { Host = "127.0.0.1", Port = wire.Port }.Uri.AbsoluteUri, "Requests", "Identity")))];
        foreach (var api in Apis)
        {
            api.Set("Payments__WebhookSecret", "whsec_of_nobody");
            api.Set("Auth__SigningKey", "a signing key of the integration tests alone");
            api.Set("RateLimits__Search", "10000000");
        }

        _running.AddRange([.. Wires, Workers, .. Apis]);
    }

    private Dictionary<string, string> Of(string broker, params string[] contexts)
    {
        var owner = Postgres.ConnectionString + ";Maximum Pool Size=12";
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__RabbitMq"] = broker,
            ["ConnectionStrings__Messaging"] = owner,
            ["ConnectionStrings__Reads"] = owner + ";Options=-c role=shop_reader",
            ["ConnectionStrings__Redis"] = Redis.ConnectionString,
        };
        foreach (var context in contexts) settings[$"ConnectionStrings__{context}"] = owner;
        return settings;
    }
}
