using Microsoft.Extensions.Options;
using Shop.Api.RateLimiting;
using Shop.Messaging.Hosting;
using StackExchange.Redis;
using Xunit;

namespace Shop.IntegrationTests.Http;

public sealed class When_instances_count_together
{
    private readonly Quota _quota = new("shared", 4, IsShared: true);
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Their_counts_add_up()
    {
        await using var redis = await Connect();
        var (one, other) = (Counts(redis), Counts(redis));

        var counts = new List<Count>();
        for (var i = 0; i < 3; i++)
        {
            counts.Add(await one.Count(_quota, _key));
            counts.Add(await other.Count(_quota, _key));
        }

        Assert.Equal([3, 2, 1, 0, 0, 0], counts.Select(count => count.Remaining));
        Assert.Equal([true, true, true, true, false, false], counts.Select(count => count.IsWithin));
        Assert.InRange(counts[^1].ResetSeconds, 1, 15);
    }

    [Fact]
    public async Task Those_who_come_at_once_are_all_counted()
    {
        await using var redis = await Connect();
        var counts = Counts(redis);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => counts.Count(_quota, _key).AsTask()));

        Assert.Equal(4, answers.Count(answer => answer.IsWithin));
    }

    [Fact]
    public async Task What_was_counted_is_forgotten_in_time()
    {
        await using var redis = await Connect();

        await Counts(redis).Count(_quota, _key);

        var left = await redis.GetDatabase().KeyTimeToLiveAsync($"shop_test_{_key}:rate:shared:{{{_key}}}");
        Assert.InRange(left!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Each_counts_for_itself_while_Redis_is_away()
    {
        await using var nobody = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions
        {
            EndPoints = { "127.0.0.1:1" },
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ConnectTimeout = 200,
        });
        var counts = Counts(nobody);

        var within = 0;
        for (var i = 0; i < 6; i++)
            if ((await counts.Count(_quota, _key)).IsWithin) within++;

        Assert.Equal(4, within);
    }

    private SharedCounts Counts(IConnectionMultiplexer redis) => new(
        redis, Options.Create(new RedisOptions { KeyPrefix = $"shop_test_{_key}:" }), new LocalCounts(TimeProvider.System));

    private static async Task<ConnectionMultiplexer> Connect() => await ConnectionMultiplexer.ConnectAsync(
        Environment.GetEnvironmentVariable("SHOP_TEST_REDIS") ?? throw new InvalidOperationException("SHOP_TEST_REDIS is not set."));
}
