using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Shop.Messaging.Hosting;

/// <summary>The section <c>Redis</c> of the configuration.</summary>
public sealed class RedisOptions
{
    /// <summary>Before every key, so that several shops can share a server.</summary>
    public string KeyPrefix { get; init; } = "";
}

/// <summary>Redis holds what may be lost. While it is away its users fail at once; the host stays in service.</summary>
public static class RedisRegistration
{
    public static void AddRedis(this IHostApplicationBuilder builder)
    {
        var address = builder.ConnectionString("Redis");
        builder.Services.AddOptions<RedisOptions>().BindConfiguration("Redis");
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(Patient(address)));
        builder.Services.AddHealthChecks()
            .AddCheck<RedisHealth>("redis", HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(5));
    }

    private static ConfigurationOptions Patient(string address)
    {
        var options = ConfigurationOptions.Parse(address);
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectTimeout = 1_000;
        options.AsyncTimeout = 1_000;
        options.SyncTimeout = 1_000;
        options.ReconnectRetryPolicy = new LinearRetry(500);
        return options;
    }
}

internal sealed class RedisHealth(IConnectionMultiplexer redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await redis.GetDatabase().PingAsync();
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return HealthCheckResult.Degraded(exception.Message);
        }
    }
}
