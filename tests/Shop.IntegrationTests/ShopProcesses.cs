using Npgsql;
using Shop.Api.Http;
using Shop.IntegrationTests.Checkout;
using Shop.IntegrationTests.Notifications;
using StackExchange.Redis;
using Xunit;

namespace Shop.IntegrationTests;

/// <summary>Tests of buying share a whole shop, and may end its processes.</summary>
[CollectionDefinition(Name)]
public sealed class ShopCollection : ICollectionFixture<ShopProcesses>
{
    public const string Name = "The whole shop";
}

/// <summary>Tests of everything else over HTTP share another, so that the two can go on side by side.</summary>
[CollectionDefinition(Name)]
public sealed class StorefrontCollection : ICollectionFixture<ShopProcesses>
{
    public const string Name = "The whole shop as a storefront";
}

/// <summary>
/// The shop as it runs: the three hosts and the payment simulator, each a process, on a database, a virtual host and a
/// Redis key prefix of their own, with the generated catalogue and short deadlines. Each host reaches the broker
/// through a proxy that can silence it.
/// </summary>
public sealed class ShopProcesses : IAsyncLifetime
{
    internal const string SigningKey = "a signing key of the integration tests alone";
    internal const string OperatorEmail = "ops@example.org";
    internal const string OperatorPassword = "a password of the integration tests alone";

    /// <summary>All tests are one network.</summary>
    private const string Unlimited = "10000000";

    internal const string ApiKey = "sk_test_of_the_integration_tests";
    internal const string FleetSecret = "what the drivers of the integration tests sign with";
    internal const string WebhookSecret = "whsec_of_the_integration_tests";
    internal const string WebhooksKey = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>Even idle ones take a share of two cores.</summary>
    private const int MostOtherApis = 3;

    private readonly TestDatabase _database = new();
    private readonly TestBroker _broker = new();
    private readonly string _keyPrefix = $"shop_test_{Guid.NewGuid():N}:";
    private readonly string _journal = Path.Combine(Path.GetTempPath(), $"shop_test_{Guid.NewGuid():N}.jsonl");
    private readonly List<IAsyncDisposable> _running = [];
    private string _redis = "";
    private readonly OrderedDictionary<string, HostProcess> _otherApis = [];
    private Dictionary<string, string> _apiEnvironment = [];
    private bool _isDisposed;

    internal HostProcess Api { get; private set; } = null!;

    internal HostProcess Workers { get; private set; } = null!;

    internal HostProcess Sagas { get; private set; } = null!;

    internal HostProcess Simulator { get; private set; } = null!;

    internal TcpProxy ApiWire { get; private set; } = null!;

    internal TcpProxy WorkersWire { get; private set; } = null!;

    internal TcpProxy SagasWire { get; private set; } = null!;

    internal TestBroker Broker => _broker;

    internal IReadOnlyDictionary<string, string> ApiEnvironment => _apiEnvironment;

    /// <summary>As the server's superuser: for what an operator would do by SQL.</summary>
    internal NpgsqlDataSource Database => _database.Source;

    internal string Redis => _redis;

    internal string KeyPrefix => _keyPrefix;

    /// <summary>The server that the shop gives its mails to.</summary>
    internal MailSink Mail { get; } = new();

    internal Books Books { get; private set; } = null!;

    internal Goods Goods { get; private set; } = null!;

    internal Provider Provider { get; private set; } = null!;

    /// <summary>To the API; without cookies, which are each buyer's own.</summary>
    internal HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
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
        Http?.Dispose();
        Provider?.Dispose();
        foreach (var running in Enumerable.Reverse(_running)) await running.DisposeAsync();
        await Mail.DisposeAsync();
        File.Delete(_journal);
        await _broker.DisposeAsync();
        await _database.DisposeAsync();
        if (_redis.Length > 0) await ForgetRedis();
    }

    /// <summary>A bearer token, as the verb prints it.</summary>
    internal static string TokenFor(string role) => TokenCommand.Mint(
        new AuthOptions { SigningKey = SigningKey }.Key(), role, role, TimeProvider.System.GetUtcNow().UtcDateTime);

    /// <summary>Ends the API as a power cut does and starts it again; connections to it are made anew.</summary>
    public async Task RestartApi()
    {
        await Api.Kill();
        ApiWire.CutAndThaw();
        await Api.Start();
        Http.Dispose();
        Http = NewClient();
    }

    /// <summary>After a test that failed half way: whoever is dead or silenced begins anew.</summary>
    internal async Task Revive()
    {
        foreach (var (host, wire) in new[] { (Workers, WorkersWire), (Sagas, SagasWire), (Api, ApiWire) })
        {
            if (host.IsRunning && !wire.IsFrozen) continue;
            await host.Kill();
            wire.CutAndThaw();
            await host.Start();
        }
    }

    /// <summary>
    /// Another instance of the API beside the first, with some of its configuration changed. Those who want the same
    /// changes share it; one that was not wanted for long makes room for the next.
    /// </summary>
    internal async Task<HostProcess> ApiWith(params (string Key, string Value)[] changes)
    {
        var name = string.Join(';', changes.Select(change => $"{change.Key}={change.Value}"));
        if (!_otherApis.Remove(name, out var api))
        {
            if (_otherApis.Count == MostOtherApis)
            {
                await _otherApis.GetAt(0).Value.DisposeAsync();
                _otherApis.RemoveAt(0);
            }

            api = Add(NewApi(changes));
            await api.Start();
        }

        _otherApis.Add(name, api);
        return api;
    }

    /// <summary>One more instance, which is the caller's to start and to end.</summary>
    internal HostProcess NewApi(params (string Key, string Value)[] changes)
    {
        var api = new HostProcess("Shop.Api", "/health/ready", new(_apiEnvironment));
        foreach (var (key, value) in changes) api.Set(key, value);
        return api;
    }

    /// <summary>Takes everything that this shop has in Redis away.</summary>
    public async Task ForgetRedis()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(_redis);
        foreach (var server in redis.GetServers())
            await foreach (var key in server.KeysAsync(pattern: $"{_keyPrefix}*"))
                await redis.GetDatabase().KeyDeleteAsync(key);
    }

    private async Task Begin()
    {
        _redis = Environment.GetEnvironmentVariable("SHOP_TEST_REDIS") ?? throw new InvalidOperationException(
            "SHOP_TEST_REDIS is not set. It must name a Redis server for tests, such as \"127.0.0.1:6379\".");
        await _database.InitializeAsync();
        await _broker.InitializeAsync();
        Describe();
        foreach (var host in new[] { Workers, Sagas, Api }) await host.Run("migrate");
        await Workers.Run("import");
        await Task.WhenAll(Simulator.Start(), Workers.Start(), Sagas.Start(), Api.Start());
        Books = new Books(_database.Source);
        Goods = new Goods(_broker, _database.Source);
        Provider = new Provider(Simulator.Address, ApiKey);
        Http = NewClient();
    }

    private HttpClient NewClient() => new(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 200 })
    {
        BaseAddress = Api.Address,
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>Who runs with which configuration. Nobody is started yet.</summary>
    private void Describe()
    {
        (WorkersWire, SagasWire, ApiWire) = (NewWire(), NewWire(), NewWire());
        Simulator = Add(new HostProcess("tests/Shop.PaymentSimulator", "/health/live", new()
        {
            ["Simulator__Journal"] = _journal,
            ["Simulator__ApiKey"] = ApiKey,
            ["Simulator__Fsync"] = "false",
            ["Simulator__WebhookSecret"] = WebhookSecret,
        }));
        var owner = Connect(null);
        _apiEnvironment = new(OfEveryHost(ApiWire))
        {
            ["ConnectionStrings__Requests"] = owner,
            ["ConnectionStrings__Identity"] = owner,
            ["ConnectionStrings__Reads"] = Connect("shop_reader"),
            ["ConnectionStrings__Redis"] = _redis,
            ["Redis__KeyPrefix"] = _keyPrefix,
            ["Payments__WebhookSecret"] = WebhookSecret,
            ["Carrier__FleetSecret"] = FleetSecret,
            ["Auth__SigningKey"] = SigningKey,
            ["Webhooks__Key"] = WebhooksKey,
            ["Webhooks__AllowHttp"] = "true",
            ["Accounts__Operator__Email"] = OperatorEmail,
            ["Accounts__Operator__Password"] = OperatorPassword,
            ["RateLimits__PerNetwork"] = Unlimited,
            ["RateLimits__Cart"] = Unlimited,
            ["RateLimits__CheckoutPerNetwork"] = Unlimited,
            ["RateLimits__Search"] = Unlimited,
            ["RateLimits__LogIn"] = Unlimited,
            ["RateLimits__LogInToAccount"] = Unlimited,
            ["RateLimits__Register"] = Unlimited,
            ["RateLimits__Refresh"] = Unlimited,
            ["OrderEvents__Heartbeat"] = "00:00:01",
        };
        Api = Add(new HostProcess("Shop.Api", "/health/ready", new(_apiEnvironment)));
        Workers = Add(new HostProcess("Shop.Workers", "/health/ready", new(OfEveryHost(WorkersWire))
        {
            ["ConnectionStrings__Catalog"] = owner,
            ["ConnectionStrings__Inventory"] = owner,
            ["ConnectionStrings__Payments"] = owner,
            ["ConnectionStrings__Fulfillment"] = owner,
            ["ConnectionStrings__Search"] = owner,
            ["ConnectionStrings__Reviews"] = owner,
            ["ConnectionStrings__Recommendations"] = owner,
            ["ConnectionStrings__Notifications"] = owner,
            ["ConnectionStrings__Webhooks"] = owner,
            ["ConnectionStrings__Reads"] = Connect("shop_reader"),
            ["ConnectionStrings__Redis"] = _redis,
            ["Redis__KeyPrefix"] = _keyPrefix,
            ["Payments__ProviderAddress"] = Simulator.Address.AbsoluteUri,
            ["Payments__ApiKey"] = ApiKey,
            ["Payments__Timeout"] = "00:00:01",
            ["Payments__Reconciliation__Grace"] = "00:00:03",
            ["Payments__Reconciliation__Every"] = "00:00:02",
            ["Payments__Reconciliation__Again"] = "00:00:05",
            ["Payments__Reconciliation__Window"] = "01:00:00",
            ["Smtp__Host"] = "127.0.0.1",
            ["Smtp__Port"] = $"{Mail.Port}",
            ["Smtp__Tls"] = "None",
            ["Smtp__Connections"] = "1",
            ["Smtp__From"] = "The shop <orders@shop.example>",
            ["Webhooks__Key"] = WebhooksKey,
            ["Webhooks__AllowHttp"] = "true",
            ["Webhooks__AllowPrivate"] = "true",
            ["Recommendations__RankAgainAfter"] = "00:00:01",
        }));
        Sagas = Add(new HostProcess("Shop.Sagas", "/health/ready", new(OfEveryHost(SagasWire))
        {
            ["ConnectionStrings__Orders"] = owner,
            ["ConnectionStrings__Returns"] = owner,
            ["Checkout__ReservationTimeout"] = "00:02:00",
            ["Checkout__PaymentTimeout"] = "00:00:02",
            ["Checkout__ResolveInterval"] = "00:00:01",
            ["Checkout__HoldFor"] = "00:02:00",
        }));
        Simulator.Set("Simulator__WebhookAddress", new Uri(Api.Address, "/webhooks/payments").AbsoluteUri);
    }

    private TcpProxy NewWire()
    {
        var broker = new Uri(_broker.ConnectionString);
        var wire = new TcpProxy(broker.Host, broker.Port > 0 ? broker.Port : 5672);
        _running.Add(wire);
        return wire;
    }

    private HostProcess Add(HostProcess host)
    {
        _running.Add(host);
        return host;
    }

    private Dictionary<string, string> OfEveryHost(TcpProxy wire) => new()
    {
        ["ConnectionStrings__Messaging"] = Connect(null),
        ["ConnectionStrings__RabbitMq"] =
            new UriBuilder(_broker.ConnectionString) { Host = "127.0.0.1", Port = wire.Port }.Uri.AbsoluteUri,
    };

    /// <summary>As a role that may do no more than the real one; null is the owner.</summary>
    private string Connect(string? role) => new NpgsqlConnectionStringBuilder(_database.ConnectionString)
    {
        MaxPoolSize = 12,
        Options = role is null ? null : $"-c role={role}",
    }.ConnectionString;
}
