using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.Api.Catalog;
using StackExchange.Redis;

namespace Shop.IntegrationTests.Browse;

/// <summary>The catalogue's cache as one instance of the API has it, once it is connected to Redis.</summary>
internal sealed class CacheInstance : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private CacheInstance(ConnectionMultiplexer redis, string prefix)
    {
        Redis = redis;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(
            new Shop.Messaging.Hosting.RedisOptions { KeyPrefix = prefix }));
        services.AddSingleton<IConnectionMultiplexer>(Redis);
        services.AddCatalogueCache();
        _services = services.BuildServiceProvider();
        Cache = _services.GetRequiredService<CatalogueCache>();
    }

    public ConnectionMultiplexer Redis { get; }

    public CatalogueCache Cache { get; }

    /// <summary>
    /// A connection that is made, and an answer that does not come in time, make a shelf distrust what is in Redis for a minute
    /// and a half. A multiplexer hands itself over before it has told of its connections: whoever listens by then hears
    /// of them. Once each has answered it has been told of.
    /// </summary>
    /// <param name="redis">Address of the server.</param>
    /// <param name="prefix">Of all keys.</param>
    /// <param name="patience">For an answer of Redis.</param>
    public static async Task<CacheInstance> Start(string redis, string prefix, TimeSpan patience)
    {
        var options = ConfigurationOptions.Parse(redis);
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.AbortOnConnectFail = false;
        options.AsyncTimeout = (int)patience.TotalMilliseconds;
        options.ReconnectRetryPolicy = new LinearRetry(100);
        var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await Waiting.Until(() => connection.IsConnected && connection.GetSubscriber().IsConnected());
        await connection.GetDatabase().PingAsync();
        await connection.GetSubscriber().PingAsync();
        return new CacheInstance(connection, prefix);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
