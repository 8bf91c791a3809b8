using System.Net.Sockets;
using System.Text;
using Npgsql;
using Shop.Api.Catalog;
using StackExchange.Redis;
using Xunit;

namespace Shop.IntegrationTests.Browse;

/// <summary>
/// Two instances of the cache that share Redis, with a catalogue whose pages say how often it was read up to them. Events
/// reach an instance when the test says so.
/// </summary>
public sealed class SharedShelfTests : IAsyncLifetime
{
    private const string Sku = "KETTLE";

    /// <summary>More than an answer takes on a machine that has other things to do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _prefix = $"shop_test_{Guid.NewGuid():N}:";
    private readonly string _redis = Environment.GetEnvironmentVariable("SHOP_TEST_REDIS")
        ?? throw new InvalidOperationException("SHOP_TEST_REDIS is not set. It must name a Redis server for tests, such as \"127.0.0.1:6379\".");

    private TcpProxy _wire = null!;
    private ConnectionMultiplexer _own = null!;
    private CacheInstance _one = null!;
    private CacheInstance _other = null!;
    private int _reads;
    private Exception? _fault;
    private TaskCompletionSource? _hold;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var server = _redis.Split(',')[0].Split(':');
        _wire = new TcpProxy(server[0], int.Parse(server[1], System.Globalization.CultureInfo.InvariantCulture));
        _own = await ConnectionMultiplexer.ConnectAsync(_redis);
        _one = await CacheInstance.Start($"127.0.0.1:{_wire.Port}", _prefix, Patience);
        _other = await CacheInstance.Start(_redis, _prefix, Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _own.GetDatabase().KeyDeleteAsync([$"{_prefix}catalogue:{Sku}"]);
        await _own.DisposeAsync();
        await _wire.DisposeAsync();
    }

    [Fact]
    public async Task What_one_instance_has_read_another_need_not()
    {
        await Ask(_one);
        await InRedis(kept: true);

        Assert.Equal("1", await Ask(_other));
    }

    [Fact]
    public async Task What_one_instance_evicts_is_read_anew_by_another_that_has_not_heard_of_it()
    {
        await Ask(_one);
        await InRedis(kept: true);

        await _one.Cache.Evict([Sku]);

        Assert.Equal("2", await Ask(_other));
    }

    [Fact]
    public async Task A_read_that_began_before_the_change_does_not_bring_the_old_bytes_back_through_Redis()
    {
        var opened = _hold = new TaskCompletionSource();
        var early = Ask(_one);
        await Waiting.Until(() => Volatile.Read(ref _reads) == 1);

        await _other.Cache.Evict([Sku]);
        opened.SetResult();

        Assert.Equal("1", await early);
        Assert.Equal("2", await Ask(_other));
        await InRedis(kept: false);
    }

    [Fact]
    public async Task What_has_grown_old_in_Redis_is_read_anew()
    {
        await Ask(_one);
        await InRedis(kept: true);
        await Age(TimeSpan.FromSeconds(61));

        Assert.Equal("2", await Ask(_other));
    }

    [Fact]
    public async Task What_comes_from_Redis_is_as_old_as_it_was_there()
    {
        await Ask(_one);
        await InRedis(kept: true);
        await Age(TimeSpan.FromSeconds(59));
        await Ask(_other);

        await Waiting.Until(async () => await Ask(_other) == "2");
    }

    [Fact]
    public async Task While_the_database_is_away_what_has_grown_old_in_Redis_is_served()
    {
        await Ask(_one);
        await InRedis(kept: true);
        await Age(TimeSpan.FromMinutes(10));
        _fault = new NpgsqlException("away", new SocketException());

        Assert.Equal("1", await Ask(_other));
        Assert.Equal("1", await Ask(_other));
    }

    [Fact]
    public async Task After_an_eviction_that_Redis_did_not_take_it_is_not_believed()
    {
        await Ask(_one);
        await InRedis(kept: true);
        _wire.Cut();
        await _one.Cache.Evict([Sku]);
        _wire.Mend();
        await Waiting.Until(() => _one.Redis.IsConnected);

        Assert.Equal("2", await Ask(_one));
    }

    [Fact]
    public async Task Of_a_Redis_that_hangs_one_eviction_waits_and_those_after_it_do_not()
    {
        await using var hurried = await CacheInstance.Start(
            $"127.0.0.1:{_wire.Port}", _prefix, TimeSpan.FromMilliseconds(500));
        await Ask(hurried);
        await InRedis(kept: true);
        _wire.Freeze();
        await hurried.Cache.Evict([Sku]);
        await Ask(hurried);

        var evicting = hurried.Cache.Evict([Sku]);

        Assert.True(evicting.IsCompletedSuccessfully);
        Assert.Equal("3", await Ask(hurried));
        _wire.CutAndThaw();
    }

    [Fact]
    public async Task A_list_is_not_kept_in_Redis()
    {
        await _one.Cache.Page("shelf", () => Task.FromResult<byte[]?>("[]"u8.ToArray()));

        await Ask(_one);
        await InRedis(kept: true);
        Assert.Empty(_own.GetServers()[0].Keys(pattern: $"{_prefix}catalogue:list:*"));
    }

    [Fact]
    public async Task With_Redis_away_everything_is_read()
    {
        _wire.Cut();

        Assert.Equal("1", await Ask(_one));
        Assert.Equal("1", await Ask(_one));
    }

    [Fact]
    public async Task What_does_not_exist_is_not_kept_in_Redis()
    {
        await _one.Cache.Find(Sku, Sku, Lifetime.Product, this, static (_, _) => Task.FromResult<CataloguePage?>(null));

        await _one.Cache.Find("LATER", "LATER", Lifetime.Product, this, static (me, _) => me.Read());
        await Waiting.Until(async () => await _own.GetDatabase().KeyDeleteAsync($"{_prefix}catalogue:LATER"));
        await InRedis(kept: false);
    }

    private async Task<string> Ask(CacheInstance instance)
    {
        var found = await instance.Cache.Find(Sku, Sku, Lifetime.Product, this, static (me, _) => me.Read());
        return Encoding.UTF8.GetString(found.Value!.Json);
    }

    private async Task<CataloguePage?> Read()
    {
        if (_fault is { } fault) throw fault;
        var number = Interlocked.Increment(ref _reads);
        if (Interlocked.Exchange(ref _hold, null) is { } hold) await hold.Task.WaitAsync(Token);
        return CataloguePage.Of(Encoding.UTF8.GetBytes($"{number}"));
    }

    /// <summary>It is written after it was answered with.</summary>
    private Task InRedis(bool kept) => Waiting.For($"kept: {kept}",
        async () => await _own.GetDatabase().StringLengthAsync($"{_prefix}catalogue:{Sku}") > 1 == kept);

    /// <summary>As if it had been written so long ago.</summary>
    private async Task Age(TimeSpan age) => Assert.True(await _own.GetDatabase().KeyExpireAsync(
        $"{_prefix}catalogue:{Sku}", Lifetime.Product.Kept - age));
}
