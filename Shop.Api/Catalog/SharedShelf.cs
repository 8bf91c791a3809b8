using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Options;
using Shop.Messaging.Hosting;
using StackExchange.Redis;

namespace Shop.Api.Catalog;

/// <summary>
/// What the instances of the API share of the catalogue: HybridCache's second level, in Redis. It hands out what is fresh,
/// by Redis's own clock, and while the database is away also what is not.
/// </summary>
/// <remarks>
/// An eviction leaves a fence for longer than any read takes, which nothing is written over: a read that began before the
/// change cannot put the old bytes back, on whichever instance it runs (leases, in Nishtala et al., "Scaling Memcache at
/// Facebook", NSDI 2013, with time in place of tokens). Where a fence may be missing, because Redis or the broker was
/// away, nothing is taken from the shelf for as long as what it holds might pass for fresh.
/// </remarks>
internal sealed partial class SharedShelf : IDistributedCache
{
    /// <summary>The longest that a read may take; one that takes longer is given up.</summary>
    public static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan FenceStands = LongestRead + TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Distrust = Lifetime.LongestFresh + FenceStands;

    private const string Fence = "-";

    /// <summary>ARGV: the bytes, milliseconds to live.</summary>
    private const string Put = """
        if redis.call('STRLEN', KEYS[1]) == 1 then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1
        """;

    private readonly IConnectionMultiplexer _redis;
    private readonly string _prefix;
    private readonly Generations _generations;
    private readonly DatabaseOutage _outage;
    private readonly TimeProvider _time;
    private readonly ILogger<SharedShelf> _logger;
    private long _trustedFrom = long.MinValue;

    public SharedShelf(
        IConnectionMultiplexer redis,
        IOptions<RedisOptions> options,
        Generations generations,
        DatabaseOutage outage,
        TimeProvider time,
        ILogger<SharedShelf> logger)
    {
        (_redis, _generations, _outage, _time, _logger) = (redis, generations, outage, time, logger);
        _prefix = options.Value.KeyPrefix + "catalogue:";
        // It may come back with what it held a while ago.
        redis.ConnectionFailed += (_, failed) => LeaveAlone(failed.FailureType.ToString());
        redis.ConnectionRestored += (_, _) => LeaveAlone("it has just come back");
    }

    /// <summary>Whether what it holds may be taken for what it is.</summary>
    public bool IsTrusted => _time.GetTimestamp() >= Volatile.Read(ref _trustedFrom);

    private StackExchange.Redis.IDatabase Redis => _redis.GetDatabase();

    /// <summary>Something that should have been evicted may not have been: what is there has to grow old first.</summary>
    public void LeaveAlone(string reason)
    {
        var wasTrusted = IsTrusted;
        Volatile.Write(ref _trustedFrom, _time.After(Distrust));
        if (wasTrusted) LogLeftAlone(Distrust.TotalSeconds, reason);
    }

    /// <summary>Takes these away, and keeps reads that are under way from putting them back.</summary>
    public async Task Evict(IEnumerable<string> keys)
    {
        try
        {
            var redis = Redis;
            await Task.WhenAll(keys.Select(key => redis.StringSetAsync(_prefix + key, Fence, FenceStands)));
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            LeaveAlone(away.Message);
        }
    }

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        var isTrusted = IsTrusted;
        if (!isTrusted && !_outage.GoesOn) return null;
        // Known before it is asked for, or a change meanwhile would go unnoticed.
        var generation = _generations.Of(key);
        try
        {
            var found = await Redis.StringGetWithExpiryAsync(_prefix + key);
            byte[]? stored = found.Value;
            return stored is not null && CachedHeader.TryFind(stored, out var header) && header.Lifetime is { } lifetime
                && Admit(header, generation, isTrusted ? lifetime.Fresh - (lifetime.Kept - found.Expiry) : null)
                ? stored
                : null;
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            LeaveAlone(away.Message);
            return null;
        }
    }

    public async Task SetAsync(
        string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        // What does not exist is remembered briefly, in this process: others must not be filled with it.
        if (CachedHeader.TryFind(value, out var header) && header.IsAbsent) return;
        try
        {
            var kept = (long)options.AbsoluteExpirationRelativeToNow!.Value.TotalMilliseconds;
            await Redis.ScriptEvaluateAsync(Put, [_prefix + key], [value, kept]);
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            LeaveAlone(away.Message);
        }
    }

    public Task RemoveAsync(string key, CancellationToken token = default) => Evict([key]);

    /// <summary>Nothing here slides.</summary>
    public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

    public byte[]? Get(string key) => throw new NotSupportedException("Redis is asked asynchronously.");

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) =>
        throw new NotSupportedException("Redis is asked asynchronously.");

    public void Refresh(string key) => throw new NotSupportedException("Redis is asked asynchronously.");

    public void Remove(string key) => throw new NotSupportedException("Redis is asked asynchronously.");

    /// <param name="header">Of what was found.</param>
    /// <param name="generation">Before it was asked for.</param>
    /// <param name="fresh">How much longer it is; null if it may not be taken for fresh at all.</param>
    private bool Admit(CachedHeader header, long generation, TimeSpan? fresh)
    {
        var isFresh = fresh > TimeSpan.Zero;
        header.Fill(generation, isFresh ? _time.After(fresh!.Value) : long.MinValue);
        return isFresh || _outage.GoesOn;
    }

    [LoggerMessage(LogLevel.Warning, "The shared cache is left alone for {Seconds} s: {Reason}")]
    private partial void LogLeftAlone(double seconds, string reason);
}
