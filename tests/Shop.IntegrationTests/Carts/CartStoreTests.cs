using Shop.Api.Cart;
using Shop.Contracts;
using Xunit;

namespace Shop.IntegrationTests.Carts;

public sealed class CartStoreTests(CartsFixture shop) : IClassFixture<CartsFixture>
{
    private readonly string _owner = CartsFixture.NewGuest();

    [Fact]
    public async Task Two_hundred_adds_at_once_lose_no_unit()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => shop.Add(_owner, $"A-{number % 5}")));

        var lines = (await shop.Carts.Read(_owner)).Lines;
        Assert.Equal([40, 40, 40, 40, 40], lines.Select(line => line.Quantity));
    }

    [Fact]
    public async Task A_line_keeps_the_price_it_was_added_at()
    {
        await shop.Add(_owner, "A", price: 100);
        await shop.Add(_owner, "A", price: 250);

        Assert.Equal(
            [(2, new Money(100, "USD"))],
            (await shop.Carts.Read(_owner)).Lines.Select(line => (line.Quantity, line.UnitPrice)));
    }

    [Fact]
    public async Task A_line_takes_99_and_not_one_more()
    {
        Assert.Null((await shop.Add(_owner, "A", 99)).Refusal);

        Assert.Equal(CartRefusal.TooManyOfOne, (await shop.Add(_owner, "A")).Refusal);
        Assert.Equal("A×99", await shop.Told(_owner));
    }

    [Fact]
    public async Task Of_150_adds_to_one_line_at_once_99_are_taken()
    {
        var changes = await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => shop.Add(_owner, "A")));

        Assert.Equal(99, changes.Count(change => change.Refusal is null));
        Assert.Equal("A×99", await shop.Told(_owner));
    }

    [Fact]
    public async Task A_cart_takes_a_hundred_lines_and_then_only_more_of_these()
    {
        for (var number = 0; number < 100; number++) Assert.Null((await shop.Add(_owner, $"A-{number}")).Refusal);

        Assert.Equal(CartRefusal.TooManyLines, (await shop.Add(_owner, "B")).Refusal);
        Assert.Null((await shop.Add(_owner, "A-7")).Refusal);
        Assert.Equal(100, (await shop.Carts.Read(_owner)).Lines.Count);
    }

    [Fact]
    public async Task What_is_frozen_counts_with_the_limits_so_that_it_can_come_back()
    {
        await shop.Add(_owner, "A", 60);
        var frozen = Assert.IsType<Freezing.Frozen>(await shop.Frozen.Freeze(_owner, "key"));

        Assert.Equal(CartRefusal.TooManyOfOne, (await shop.Add(_owner, "A", 40)).Refusal);
        Assert.Null((await shop.Add(_owner, "A", 39)).Refusal);
        await shop.Frozen.Thaw(_owner, frozen.Generation);
        Assert.Equal("A×99", await shop.Told(_owner));
    }

    [Fact]
    public async Task A_cart_is_in_one_currency()
    {
        await shop.Add(_owner, "A");

        Assert.Equal(CartRefusal.OtherCurrency,
            (await shop.Carts.Add(_owner, "B", 1, new Money(1, "EUR"))).Refusal);
    }

    [Fact]
    public async Task What_is_frozen_counts_with_its_currency()
    {
        await shop.Add(_owner, "A");
        await shop.Frozen.Freeze(_owner, "key");

        foreach (var sku in new[] { "A", "B" })
            Assert.Equal(CartRefusal.OtherCurrency,
                (await shop.Carts.Add(_owner, sku, 1, new Money(1, "EUR"))).Refusal);
        Assert.Null((await shop.Carts.Set(_owner, "A", 1, new Money(1, "EUR"))).Refusal);
    }

    [Fact]
    public async Task What_was_left_out_is_told_until_its_owner_was_told()
    {
        var guest = CartsFixture.NewGuest();
        await shop.Add(_owner, "A", 90);
        await shop.Add(guest, "A", 30);
        await shop.Merges.Merge(guest, _owner);
        await shop.Carts.Clear(_owner);

        var told = (await shop.Carts.Read(_owner)).LeftOut;
        Assert.Equal(("A", 21), (Assert.Single(told).Sku, told[0].Units));
        Assert.Equal(told, (await shop.Add(_owner, "B")).Cart!.LeftOut);
        Assert.Equal(told, (await shop.Carts.Remove(_owner, "B")).LeftOut);
        shop.Carts.Forget(_owner, told);

        Assert.Empty((await shop.Carts.Read(_owner)).LeftOut);
    }

    [Theory]
    [InlineData("guest:", 7)]
    [InlineData("user:", 30)]
    public async Task Use_renews_its_life(string kind, int days)
    {
        var owner = $"{kind}{Guid.NewGuid():N}";
        await shop.Add(owner, "A");
        var redis = shop.Connection.GetDatabase();
        foreach (var use in new Func<Task>[]
        {
            () => shop.Carts.Read(owner), () => shop.Add(owner, "A"), () => shop.Carts.Remove(owner, "B"),
        })
        {
            await redis.KeyExpireAsync(shop.Redis.Cart(owner), TimeSpan.FromMinutes(1));

            await use();

            var left = await redis.KeyTimeToLiveAsync(shop.Redis.Cart(owner));
            Assert.InRange(left!.Value, TimeSpan.FromDays(days) - TimeSpan.FromMinutes(5), TimeSpan.FromDays(days));
        }
    }

    [Fact]
    public async Task A_server_that_has_forgotten_the_scripts_is_told_them_again()
    {
        await shop.Add(_owner, "A");

        foreach (var server in shop.Connection.GetServers()) await server.ExecuteAsync("SCRIPT", "FLUSH");

        Assert.Null((await shop.Add(_owner, "A")).Refusal);
        Assert.Equal("A×2", await shop.Told(_owner));
    }
}
