using System.Text;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shop.Api.Catalog;
using StackExchange.Redis;

namespace Shop.Tests.Api;

/// <summary>
/// The cache, and a catalogue whose pages say how often it was read up to them. Redis is away all the time.
/// </summary>
internal sealed class CacheScenario : IDisposable
{
    public const long MemoryBytes = 4 << 20;

    private readonly ServiceProvider _services;
    private Gate? _gate;
    private int _reads;

    public CacheScenario()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([new("Catalogue:MemoryBytes", $"{MemoryBytes}")]).Build());
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(new ConfigurationOptions
        {
            EndPoints = { { "127.0.0.1", 1 } },
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ConnectTimeout = 100,
        }));
        services.AddCatalogueCache();
        _services = services.BuildServiceProvider();
        Cache = _services.GetRequiredService<CatalogueCache>();
    }

    public FakeTimeProvider Time { get; } = new();

    public CatalogueCache Cache { get; }

    public HybridCache Hybrid => _services.GetRequiredService<HybridCache>();

    public MemoryCache Memory => (MemoryCache)_services.GetRequiredService<IMemoryCache>();

    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Whether there is what is asked for.</summary>
    public bool Exists { get; set; } = true;

    /// <summary>What every read fails with.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Bytes that a page has beyond its number.</summary>
    public int Padding { get; set; }

    public ValueTask<Cached<CataloguePage>> Find(string sku) =>
        Cache.Find(sku, sku, Lifetime.Product, this, static (me, _) => me.Read());

    /// <summary>The number of the read that the page came from; null if there is none.</summary>
    public async Task<string?> Ask(string sku) =>
        (await Find(sku)).Value is { } page ? Encoding.UTF8.GetString(page.Json).TrimEnd() : null;

    /// <summary>The next read waits until the gate is opened; what it has read is as it was when it began.</summary>
    public Gate HoldReads() => _gate = new Gate();

    public void Dispose() => _services.Dispose();

    private async Task<CataloguePage?> Read()
    {
        var number = Interlocked.Increment(ref _reads);
        if (Fault is { } fault) throw fault;
        if (Interlocked.Exchange(ref _gate, null) is { } gate) await gate.Pass();
        return Exists ? CataloguePage.Of(Encoding.UTF8.GetBytes($"{number}{new string(' ', Padding)}")) : null;
    }
}

internal sealed class Gate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task;

    public void Open() => _opened.SetResult();

    public Task Pass()
    {
        _reached.SetResult();
        return _opened.Task;
    }
}
