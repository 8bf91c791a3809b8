using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Shop.Contracts;
using Shop.Messaging;
using Shop.Messaging.DeadLetters;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;
using Shop.Messaging.Scheduling;
using Xunit;

namespace Shop.IntegrationTests.Messaging;

/// <summary>
/// A host with a consumer of every kind, on a broker and databases of its own: the context's, and one for dead letters
/// and Quartz, so that it can be taken away.
/// </summary>
public sealed class MessagingHost : IAsyncLifetime
{
    /// <summary>Three attempts, each made three times over: the patience of the house, in a hurry.</summary>
    internal static readonly ConsumerKind Swift = new(16, 32, Milliseconds(5, 10), Milliseconds(1, 1));

    internal const int AllAttempts = 9;

    private static readonly ConsumerKind SwiftGroups =
        ConsumerKind.Grouped with { Retries = Swift.Retries, Redeliveries = Swift.Redeliveries };

    private readonly TestDatabase _database = new();
    private readonly TestDatabase _messaging = new();
    private IHost? _host;

    /// <summary>The host's ways to its databases; the tests have their own.</summary>
    internal TcpProxy DatabaseWire { get; private set; } = null!;

    internal TcpProxy MessagingWire { get; private set; } = null!;

    public TestBroker Broker { get; } = new();

    internal Journal Journal { get; private set; } = null!;
    internal NpgsqlDataSource Source => _database.Source;
    internal IServiceProvider Services => _host!.Services;
    internal IBus Bus => Services.GetRequiredService<IBus>();
    internal DeadLetterPark Park => Services.GetRequiredService<DeadLetterPark>();
    internal IMessageDispatcher Dispatcher => Services.GetRequiredService<IMessageDispatcher>();

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(
            _database.InitializeAsync().AsTask(), _messaging.InitializeAsync().AsTask(), Broker.InitializeAsync().AsTask());
        (DatabaseWire, MessagingWire) = (WireTo(_database), WireTo(_messaging));
        await using var tests = OpenContext();
        await tests.Database.EnsureCreatedAsync();
        await using var letters = new DeadLettersDbContext(ContextOptions.Of<DeadLettersDbContext>(_messaging.Source));
        await letters.Database.MigrateAsync();
        await RecurringJobs.Provision(_messaging.ConnectionString, TestContext.Current.CancellationToken);
        await Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await DatabaseWire.DisposeAsync();
        await MessagingWire.DisposeAsync();
        await Broker.DisposeAsync();
        await _messaging.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static TcpProxy WireTo(TestDatabase database)
    {
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return new TcpProxy(server.Host!, server.Port);
    }

    private static string Through(TcpProxy wire, TestDatabase database) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = "127.0.0.1", Port = wire.Port }.ConnectionString;

    /// <summary>Starts the host, or another in place of one that was stopped.</summary>
    internal async Task Start()
    {
        Journal = new Journal();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "Tests" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Tests"] = Through(DatabaseWire, _database),
            ["ConnectionStrings:Messaging"] = Through(MessagingWire, _messaging),
            ["ConnectionStrings:RabbitMq"] = Broker.ConnectionString,
        });
        if (Environment.GetEnvironmentVariable("SHOP_TEST_LOG") is { Length: > 0 } level)
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(Enum.Parse<LogLevel>(level));
        builder.Services.AddSingleton<TimeProvider>(new WrongClock());
        builder.Services.AddSingleton(Journal);
        builder.Services.AddReceiveObserver(_ => Journal);
        ShopBus.Add(builder, bus => bus.Context<TestsDbContext>("Tests", tests =>
        {
            tests.Consumer<WriteNoteConsumer>(Swift);
            tests.CollectingConsumer<CollectNoteConsumer>(SwiftGroups);
            tests.GroupConsumer<GroupNoteConsumer>(SwiftGroups);
            tests.Saga<TallyMachine<PlainTally>, PlainTally>("tests.plain-tally", Swift);
            tests.GroupSaga<TallyMachine<GroupTally>, GroupTally>("tests.group-tally", SwiftGroups);
        }));
        builder.Services.Configure<MassTransitHostOptions>(options =>
        {
            options.WaitUntilStarted = true;
            options.StopTimeout = TimeSpan.FromSeconds(3);
            options.ConsumerStopTimeout = TimeSpan.FromSeconds(1);
        });
        _host = builder.Build();
        await _host.StartAsync();
    }

    internal async Task Stop()
    {
        if (_host is null) return;
        await _host.StopAsync();
        if (_host is IAsyncDisposable host) await host.DisposeAsync();
        _host = null;
    }

    internal TestsDbContext OpenContext() => new(ContextOptions.Of<TestsDbContext>(_database.Source));

    /// <summary>Sends a command to its queue.</summary>
    internal Task Send<TCommand>(TCommand command, Guid? messageId = null)
        where TCommand : class, ICommand => SendTo(QueueNames.OfCommand(typeof(TCommand)), command, messageId);

    internal async Task SendTo<T>(string queue, T message, Guid? messageId = null)
        where T : class
    {
        var endpoint = await Bus.GetSendEndpoint(new Uri("exchange:" + queue));
        await endpoint.Send(message, context =>
        {
            context.MessageId = messageId ?? context.MessageId;
            if (context.TryGetPayload(out RabbitMqSendContext? rabbit)) rabbit.Mandatory = true;
        }, TestContext.Current.CancellationToken);
    }

    /// <summary>Hears an event from now on.</summary>
    internal Task<TestBroker.Ear> Listen<TEvent>() =>
        Broker.Listen($"{typeof(TEvent).Namespace}:{typeof(TEvent).Name}");

    /// <summary>An instance of the saga on the plain or the group path.</summary>
    internal async Task<Tally?> LoadTally(string path, Guid tally)
    {
        await using var context = OpenContext();
        return path == "plain"
            ? await context.Set<PlainTally>().AsNoTracking().SingleOrDefaultAsync(row => row.CorrelationId == tally)
            : await context.Set<GroupTally>().AsNoTracking().SingleOrDefaultAsync(row => row.CorrelationId == tally);
    }

    /// <summary>One value from the context's database.</summary>
    internal Task<T> Read<T>(string sql, params object[] parameters) => Read<T>(Source, sql, parameters);

    internal static async Task<T> Read<T>(NpgsqlDataSource source, string sql, params object[] parameters)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T value ? value : default!;
    }

    internal async Task Run(string sql, params object[] parameters) => await Read<object?>(sql, parameters);

    /// <summary>How many messages wait in the outbox whose body speaks of this id.</summary>
    internal Task<long> OutboxRowsOf(Guid id) => Read<long>(
        "select count(*) from tests.outbox_message where convert_from(body, 'utf8') like '%' || $1::text || '%'", id);

    /// <summary>Keeps everyone from writing to a table until it is disposed of.</summary>
    internal async Task<IAsyncDisposable> Lock(string table)
    {
        var connection = new NpgsqlConnection(_database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var hold = new NpgsqlCommand($"begin; lock table {table} in exclusive mode", connection);
        await hold.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>The letters of messages whose body speaks of this id.</summary>
    /// <summary>In the database of the dead letters.</summary>
    internal async Task RunOnPark(string sql) => await Read<object?>(_messaging.Source, sql);

    internal async Task<List<DeadLetter>> Letters(Guid id)
    {
        await using var context = new DeadLettersDbContext(ContextOptions.Of<DeadLettersDbContext>(_messaging.Source));
        var all = await context.DeadLetters.AsNoTracking().ToListAsync(TestContext.Current.CancellationToken);
        return [.. all.Where(letter =>
            System.Text.Encoding.UTF8.GetString(letter.Body).Contains(id.ToString(), StringComparison.Ordinal))];
    }

    private static TimeSpan[] Milliseconds(params double[] pauses) => [.. pauses.Select(TimeSpan.FromMilliseconds)];

    /// <summary>This machine's idea of the time, ten minutes ahead of the database's.</summary>
    private sealed class WrongClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddMinutes(10);
    }
}

/// <summary>Counts what <see cref="Telemetry"/> measures for the context of the tests.</summary>
internal sealed class Meters : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _transactions;

    public Meters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: Telemetry.MeterName, Name: "shop.messaging.transactions" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
                if (tag.Value as string == TestsDbContext.Schema) Interlocked.Add(ref _transactions, value);
        });
        _listener.Start();
    }

    public long Transactions => Interlocked.Read(ref _transactions);

    public void Dispose() => _listener.Dispose();
}

/// <summary>All tests of the messaging share one host, and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class MessagingTests : ICollectionFixture<MessagingHost>
{
    public const string Name = "messaging";
}
