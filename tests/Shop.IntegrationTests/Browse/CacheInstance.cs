using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.Api.Catalog;
using StackExchange.Redis;

namespace Shop.IntegrationTests.Browse;

/// <summary>The catalogue's cache as one instance of the API has it.</summary>
internal sealed class CacheInstance : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public CacheInstance(string redis, string prefix)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(
            new Shop.Messaging.Hosting.RedisOptions { KeyPrefix = prefix }));
        var options = ConfigurationOptions.Parse(redis);
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.AbortOnConnectFail = false;
        options.AsyncTimeout = 500;
        options.ReconnectRetryPolicy = new LinearRetry(100);
        Redis = ConnectionMultiplexer.Connect(options);
        services.AddSingleton<IConnectionMultiplexer>(Redis);
        services.AddCatalogueCache();
        _services = services.BuildServiceProvider();
        Cache = _services.GetRequiredService<CatalogueCache>();
    }

    public ConnectionMultiplexer Redis { get; }

    public CatalogueCache Cache { get; }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
