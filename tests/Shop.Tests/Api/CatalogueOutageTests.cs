using Npgsql;
using Xunit;

namespace Shop.Tests.Api;

/// <summary>What is served while the database is away.</summary>
public sealed class CatalogueOutageTests : IDisposable
{
    private const string Sku = "KETTLE";

    private readonly CacheScenario _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task While_the_database_is_away_what_has_grown_old_is_served()
    {
        await _shop.Ask(Sku);
        _shop.Time.Advance(TimeSpan.FromMinutes(10));
        _shop.Fault = new NpgsqlException("away");

        Assert.Equal("1", await _shop.Ask(Sku));
    }

    [Fact]
    public async Task While_the_database_is_away_it_is_not_asked_again_for_a_while()
    {
        await _shop.Ask(Sku);
        _shop.Time.Advance(TimeSpan.FromMinutes(10));
        _shop.Fault = new NpgsqlException("away");
        await _shop.Ask(Sku);

        for (var i = 0; i < 100; i++) await _shop.Ask(Sku);

        Assert.Equal(2, _shop.Reads);
    }

    [Fact]
    public async Task When_the_database_is_back_what_has_grown_old_is_read_anew()
    {
        await _shop.Ask(Sku);
        _shop.Time.Advance(TimeSpan.FromMinutes(10));
        _shop.Fault = new NpgsqlException("away");
        await _shop.Ask(Sku);

        _shop.Fault = null;
        _shop.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("3", await _shop.Ask(Sku));
    }

    [Fact]
    public async Task While_the_database_is_away_what_is_not_kept_is_refused()
    {
        _shop.Fault = new NpgsqlException("away");

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
}
