using System.Net.Sockets;
using System.Text;
using Npgsql;
using Shop.Messaging.GroupCommit;
using Shop.Typesense;
using Xunit;

namespace Shop.Tests.Api;

/// <summary>What is served while the database is away.</summary>
public sealed class CatalogueOutageTests : IDisposable
{
    private const string Sku = "KETTLE";

    private static readonly Exception Away = new NpgsqlException("away", new SocketException());

    private static readonly Dictionary<string, Exception> Failures = new()
    {
        ["a search engine that is away"] = new TypesenseUnreachableException("away", new SocketException()),
        ["too many questions"] = new CoalescerFullException("full"),
        ["a statement that took too long"] = new NpgsqlException("slow", new TimeoutException()),
        ["a statement that was cancelled"] = new PostgresException(
            "slow", "ERROR", "ERROR", PostgresErrorCodes.QueryCanceled),
        ["a deadlock"] = new PostgresException("deadlock", "ERROR", "ERROR", PostgresErrorCodes.DeadlockDetected),
    };

    private readonly CacheScenario _shop = new();

    public static TheoryData<string> NoOutages => [.. Failures.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task While_the_database_is_away_what_has_grown_old_is_served()
    {
        await _shop.Ask(Sku);
        _shop.Time.Advance(TimeSpan.FromMinutes(10));
        _shop.Fault = Away;

        Assert.Equal("1", await _shop.Ask(Sku));
    }

    [Fact]
    public async Task While_the_database_is_away_it_is_not_asked_again_for_a_while()
    {
        await _shop.Ask(Sku);
        _shop.Time.Advance(TimeSpan.FromMinutes(10));
        _shop.Fault = Away;
        await _shop.Ask(Sku);

        for (var i = 0; i < 100; i++) await _shop.Ask(Sku);

        Assert.Equal(2, _shop.Reads);
    }

    [Fact]
    public async Task When_the_database_is_back_what_has_grown_old_is_read_anew()
    {
        await _shop.Ask(Sku);
        _shop.Time.Advance(TimeSpan.FromMinutes(10));
        _shop.Fault = Away;
        await _shop.Ask(Sku);

        _shop.Fault = null;
        _shop.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("3", await _shop.Ask(Sku));
    }

    [Fact]
    public async Task While_the_database_is_away_what_is_not_kept_is_refused()
    {
        _shop.Fault = Away;

        await Assert.ThrowsAsync<NpgsqlException>(() => _shop.Ask(Sku));
    }

    [Fact]
    public async Task Who_can_be_served_with_something_old_does_not_wait_long_for_a_database_that_is_silent()
    {
        await _shop.Ask(Sku);
        _shop.Time.Advance(TimeSpan.FromMinutes(10));
        var gate = _shop.HoldReads();
        var asking = _shop.Ask(Sku);
        await gate.Reached;

        _shop.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("1", await asking.WaitAsync(TimeSpan.FromSeconds(30), Token));
        gate.Open();
    }

    [Theory]
    [MemberData(nameof(NoOutages))]
    public async Task A_list_that_cannot_be_read_keeps_no_product_from_showing_what_changed(string failure)
    {
        await _shop.Ask(Sku);
        await List("old");
        _shop.Time.Advance(TimeSpan.FromSeconds(10));

        var list = await List(Failures[failure]);
        await _shop.Cache.Evict([Sku]);

        Assert.Equal(("old", "2"), (list, await _shop.Ask(Sku)));
    }

    [Fact]
    public async Task A_list_that_is_slow_keeps_no_product_from_showing_what_changed()
    {
        await _shop.Ask(Sku);
        await List("old");
        _shop.Time.Advance(TimeSpan.FromSeconds(10));
        var gate = new Gate();
        var asking = _shop.Cache.Page("shelf", async () =>
        {
            await gate.Pass();
            return "new"u8.ToArray();
        });
        await gate.Reached;
        _shop.Time.Advance(TimeSpan.FromSeconds(1));
        await asking;

        await _shop.Cache.Evict([Sku]);

        Assert.Equal("2", await _shop.Ask(Sku));
        gate.Open();
    }

    [Fact]
    public async Task What_could_not_be_read_is_not_tried_again_for_a_while_unless_it_changed()
    {
        await _shop.Ask(Sku);
        _shop.Time.Advance(TimeSpan.FromMinutes(1));
        _shop.Fault = new TimeoutException();
        for (var i = 0; i < 100; i++) await _shop.Ask(Sku);
        var tried = _shop.Reads;

        _shop.Fault = null;
        await _shop.Cache.Evict([Sku]);

        Assert.Equal((2, "3"), (tried, await _shop.Ask(Sku)));
    }

    [Fact]
    public async Task A_list_that_came_from_elsewhere_does_not_tell_that_the_database_is_back()
    {
        await _shop.Ask(Sku);
        await _shop.Ask("TEAPOT");
        _shop.Time.Advance(TimeSpan.FromMinutes(10));
        _shop.Fault = Away;
        await _shop.Ask(Sku);

        await List("found");
        await _shop.Ask("TEAPOT");

        Assert.Equal(3, _shop.Reads);
    }

    [Fact]
    public async Task A_product_that_was_read_tells_that_the_database_is_back()
    {
        await _shop.Ask(Sku);
        _shop.Time.Advance(TimeSpan.FromMinutes(10));
        _shop.Fault = Away;
        await _shop.Ask(Sku);

        _shop.Fault = null;
        await _shop.Ask("TEAPOT");
        await _shop.Cache.Evict([Sku]);

        Assert.Equal("4", await _shop.Ask(Sku));
    }

    private Task<string> List(string json) => List(() => Task.FromResult<byte[]?>(Encoding.UTF8.GetBytes(json)));

    private Task<string> List(Exception failure) => List(() => Task.FromException<byte[]?>(failure));

    private async Task<string> List(Func<Task<byte[]?>> read) =>
        Encoding.UTF8.GetString((await _shop.Cache.Page("shelf", read))!.Json);
}
