using Microsoft.Extensions.Options;
using Shop.Messaging.Hosting;
using StackExchange.Redis;

namespace Shop.Api.RateLimiting;

/// <summary>
/// What all instances have counted together, in Redis and by its clock, in one step each. While Redis is away each
/// instance counts for itself: then as many times the quota pass as there are instances.
/// </summary>
internal sealed class SharedCounts(IConnectionMultiplexer redis, IOptions<RedisOptions> options, LocalCounts local)
{
    /// <summary>KEYS: of the caller. ARGV: the step and the window, in microseconds.</summary>
    /// <returns>The microseconds until the quota is whole again; over a window, if the request was not counted.</returns>
    private const string Script = """
        local clock = redis.call('TIME')
        local now = clock[1] * 1000000 + clock[2]
        local whole = tonumber(redis.call('GET', KEYS[1]) or '0')
        local left = math.max(whole - now, 0) + tonumber(ARGV[1])
        if left <= tonumber(ARGV[2]) then
            redis.call('SET', KEYS[1], string.format('%.0f', now + left), 'PX', math.ceil(left / 1000))
        end
        return left
        """;

    private static readonly RedisValue Window = Microseconds(Quota.Window);

    private readonly string _prefix = options.Value.KeyPrefix;

    public async ValueTask<Count> Count(Quota quota, string key)
    {
        try
        {
            var left = await redis.GetDatabase().ScriptEvaluateAsync(
                Script, [$"{_prefix}rate:{quota.Name}:{{{key}}}"], [Microseconds(quota.Step), Window]);
            return quota.Take(TimeSpan.FromMicroseconds((long)left));
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return local.Count(quota, key);
        }
    }

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
