using Npgsql;
using Shop.IntegrationTests;
using Shop.IntegrationTests.Notifications;

namespace Shop.Faults;

/// <summary>
/// The shop that is put to the proof: two instances of each host and the payment simulator, each a process, on a
/// database, a virtual host and a Redis key prefix of the run's own. Between the hosts and each thing that they need
/// stands a proxy.
/// </summary>
internal sealed class ProvedShop : IAsyncDisposable
{
    /// <summary>All customers come from one network.</summary>
    private const string Unlimited = "10000000";

    private const string ApiKey = "sk_test_of_the_proof";
    private const string WebhookSecret = "whsec_of_the_proof";
    private const string OperatorEmail = "ops@example.org";
    private const string OperatorPassword = "a password of the proof alone";
    private const string WebhooksKey = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly TimeSpan MailLimit = TimeSpan.FromSeconds(2);

    private readonly ProveOptions _options;
    private readonly ProveSettings _settings;
    private readonly string _name;

    public ProvedShop(ProveOptions options, ProveSettings settings)
    {
        (_options, _settings) = (options, settings);
        _name = $"shop_proof_{Guid.NewGuid():N}";
        var postgres = new NpgsqlConnectionStringBuilder(settings.Postgres);
        var redis = settings.Redis.Split(':');
        Broker = new Broker(settings, _name);
        DatabaseWire = new TcpProxy(postgres.Host!, postgres.Port);
        BrokerWire = new TcpProxy(Broker.Host, Broker.Port);
        RedisWire = new TcpProxy(redis[0], int.Parse(redis[1], System.Globalization.CultureInfo.InvariantCulture));
        Database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.Postgres)
        {
            Database = _name, MaxPoolSize = 4, Timeout = 5, CommandTimeout = 120, IncludeErrorDetail = true,
        });
        Servers = settings.Ours is var (run, script) ? new Servers(run, script) : null;
        Simulator = NewSimulator();
        ProviderWire = new TcpProxy(Simulator.Address.Host, Simulator.Address.Port);
        Apis = [NewApi("api-1"), NewApi("api-2")];
        Workers = [NewWorkers("workers-1"), NewWorkers("workers-2")];
        Sagas = [NewSagas("sagas-1"), NewSagas("sagas-2")];
        Simulator.Set("Simulator__WebhookAddress", new Uri(Apis[0].Address, "/webhooks/payments").AbsoluteUri);
        Provider = new Provider(Simulator.Address, ApiKey);
    }

    public IReadOnlyList<HostProcess> Apis { get; }

    public IReadOnlyList<HostProcess> Workers { get; }

    public IReadOnlyList<HostProcess> Sagas { get; }

    public HostProcess Simulator { get; }

    public IEnumerable<HostProcess> Hosts => [.. Workers, .. Sagas, .. Apis];

    public TcpProxy DatabaseWire { get; }

    public TcpProxy BrokerWire { get; }

    public TcpProxy RedisWire { get; }

    public TcpProxy ProviderWire { get; }

    public Broker Broker { get; }

    public Provider Provider { get; }

    /// <summary>Null when the servers are not ours to kill.</summary>
    public Servers? Servers { get; }

    /// <summary>Past the proxy, as superuser.</summary>
    public NpgsqlDataSource Database { get; }

    /// <summary>What the tables lie on, when it is to be filled; null otherwise, and then <see cref="NoDisk"/> says why.</summary>
    public SmallDisk? Disk { get; private set; }

    public string? NoDisk { get; private set; } = "the servers are not processes of this run";

    public string Redis => _settings.Redis;

    /// <summary>The server that mails are given to, with a journal of its own.</summary>
    public MailSink Mail { get; } = new();

    public Operator Operator { get; private set; } = null!;

    public async Task Start(CancellationToken cancellationToken)
    {
        var tables = "";
        if (Servers is not null && _options.Faults.Contains(DiskFullDatabase.Named))
        {
            (Disk, NoDisk) = await SmallDisk.Mount(_name, Servers.Pid("postgres"), cancellationToken);
            if (Disk is not null)
            {
                await OnServer($"create tablespace {_name} location '{Disk.Tables}'", cancellationToken);
                tables = $" tablespace {_name}";
            }
        }

        await OnServer($"create database {_name}{tables}", cancellationToken);
        await Broker.Create(cancellationToken);
        foreach (var owner in new[] { Workers[0], Sagas[0], Apis[0] }) await owner.Run("migrate", cancellationToken);
        Simulator.Launch();
        foreach (var host in Hosts) host.Launch();
        await Workers[0].Run("import", cancellationToken);
        await Simulator.BeReady(cancellationToken);
        foreach (var host in Hosts) await host.BeReady(cancellationToken);
        Operator = await Operator.LogIn(Apis, OperatorEmail, OperatorPassword, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Hosts) await host.DisposeAsync();
        await Simulator.DisposeAsync();
        foreach (var wire in new[] { DatabaseWire, BrokerWire, RedisWire, ProviderWire }) await wire.DisposeAsync();
        Provider.Dispose();
        Operator?.Dispose();
        await Mail.DisposeAsync().AsTask().WaitAsync(MailLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
        try
        {
            await OnServer($"drop database if exists {_name} with (force)", CancellationToken.None);
            if (Disk is not null) await OnServer($"drop tablespace if exists {_name}", CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // A server that is away keeps it: the next run has another name.
        }

        if (Disk is not null) await Disk.DisposeAsync();
    }

    private HostProcess NewSimulator() => new("simulator", "tests/Shop.PaymentSimulator", _options, "/health/live", new()
    {
        ["Simulator__Journal"] = Path.Combine(_options.Out.FullName, "provider.jsonl"),
        ["Simulator__ApiKey"] = ApiKey,
        ["Simulator__Fsync"] = "false",
        ["Simulator__WebhookSecret"] = WebhookSecret,
    });

    private HostProcess NewApi(string name) => new(name, "Shop.Api", _options, "/health/ready", new(OfEveryHost())
    {
        ["ConnectionStrings__Requests"] = Connect(null),
        ["ConnectionStrings__Identity"] = Connect(null),
        ["ConnectionStrings__Reads"] = Connect("shop_reader"),
        ["Payments__WebhookSecret"] = WebhookSecret,
        ["Carrier__FleetSecret"] = "a secret of the proof alone",
        ["Auth__SigningKey"] = "a signing key of the proof alone, long enough",
        ["Webhooks__Key"] = WebhooksKey,
        ["Accounts__Operator__Email"] = OperatorEmail,
        ["Accounts__Operator__Password"] = OperatorPassword,
        ["RateLimits__PerNetwork"] = Unlimited,
        ["RateLimits__Cart"] = Unlimited,
        ["RateLimits__CheckoutPerNetwork"] = Unlimited,
        ["RateLimits__Search"] = Unlimited,
    });

    private HostProcess NewWorkers(string name) => new(
        name, "Shop.Workers", _options, "/health/ready", new(OfEveryHost())
        {
            ["ConnectionStrings__Catalog"] = Connect(null),
            ["ConnectionStrings__Inventory"] = Connect(null),
            ["ConnectionStrings__Payments"] = Connect(null),
            ["ConnectionStrings__Fulfillment"] = Connect(null),
            ["ConnectionStrings__Search"] = Connect(null),
            ["ConnectionStrings__Reviews"] = Connect(null),
            ["ConnectionStrings__Recommendations"] = Connect(null),
            ["ConnectionStrings__Notifications"] = Connect(null),
            ["ConnectionStrings__Webhooks"] = Connect(null),
            ["ConnectionStrings__Reads"] = Connect("shop_reader"),
            ["Payments__ProviderAddress"] = $"http://127.0.0.1:{ProviderWire.Port}",
            ["Payments__ApiKey"] = ApiKey,
            ["Payments__Timeout"] = "00:00:02",
            ["Payments__Reconciliation__Grace"] = "00:00:05",
            ["Payments__Reconciliation__Every"] = "00:00:05",
            ["Payments__Reconciliation__Again"] = "00:00:05",
            ["Payments__Reconciliation__Window"] = "01:00:00",
            ["Smtp__Host"] = "127.0.0.1",
            ["Smtp__Port"] = $"{Mail.Port}",
            ["Smtp__Tls"] = "None",
            ["Smtp__Connections"] = "1",
            ["Smtp__From"] = "The shop <orders@shop.example>",
            ["Webhooks__Key"] = WebhooksKey,
        });

    private HostProcess NewSagas(string name) => new(name, "Shop.Sagas", _options, "/health/ready", new(OfEveryHost())
    {
        ["ConnectionStrings__Orders"] = Connect(null),
        ["ConnectionStrings__Returns"] = Connect(null),
        ["Checkout__ReservationTimeout"] = "00:02:00",
        ["Checkout__PaymentTimeout"] = "00:00:03",
        ["Checkout__ResolveInterval"] = "00:00:02",
        ["Checkout__HoldFor"] = "00:02:00",
        ["Checkout__StopInterval"] = "00:00:05",
    });

    private Dictionary<string, string> OfEveryHost() => new()
    {
        ["ConnectionStrings__Messaging"] = Connect(null),
        ["ConnectionStrings__RabbitMq"] = Broker.ThroughPort(BrokerWire.Port),
        ["ConnectionStrings__Redis"] = $"127.0.0.1:{RedisWire.Port}",
        ["Redis__KeyPrefix"] = $"{_name}:",
    };

    /// <summary>Through the proxy, as a role that may do no more than the real one; null is the owner.</summary>
    private string Connect(string? role) => new NpgsqlConnectionStringBuilder(_settings.Postgres)
    {
        Host = "127.0.0.1",
        Port = DatabaseWire.Port,
        Database = _name,
        MaxPoolSize = 12,
        Options = role is null ? null : $"-c role={role}",
    }.ConnectionString;

    private async Task OnServer(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_settings.Postgres) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
