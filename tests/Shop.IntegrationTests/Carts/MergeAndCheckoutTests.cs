using Shop.Api.Cart;
using Xunit;

namespace Shop.IntegrationTests.Carts;

/// <summary>Guests log in while carts are being ordered, theirs and the person's.</summary>
public sealed class MergeAndCheckoutTests(CartsFixture shop) : IClassFixture<CartsFixture>
{
    private readonly string _guest = CartsFixture.NewGuest();
    private readonly string _person = CartsFixture.NewPerson();

    [Fact]
    public async Task What_is_frozen_counts_with_the_units_of_a_merge()
    {
        await shop.Add(_person, "A", 60);
        var frozen = await Freeze(_person);
        await shop.Add(_guest, "A", 60);

        await shop.Merges.Merge(_guest, _person);
        await shop.Frozen.Thaw(_person, frozen.Generation);

        Assert.Equal("A×99", await shop.Told(_person));
        Assert.Equal(["A×21"], await LeftOut());
    }

    [Fact]
    public async Task What_is_frozen_counts_with_the_lines_of_a_merge()
    {
        for (var number = 10; number < 100; number++) await shop.Add(_person, $"M-{number}");
        var frozen = await Freeze(_person);
        for (var number = 10; number < 25; number++)
            foreach (var letter in "AZ") await shop.Add(_guest, $"{letter}-{number}");

        await shop.Merges.Merge(_guest, _person);
        await shop.Frozen.Thaw(_person, frozen.Generation);

        var lines = (await shop.Carts.Read(_person)).Lines;
        Assert.Equal(CartLine.MostLines, lines.Count);
        Assert.Equal(90 + 30 - CartLine.MostLines, (await LeftOut()).Count);
    }

    [Fact]
    public async Task What_has_no_room_at_all_beside_what_is_frozen_is_left_out_and_said()
    {
        await shop.Add(_person, "A", 99);
        await Freeze(_person);
        await shop.Add(_guest, "A", 5);

        await shop.Merges.Merge(_guest, _person);

        Assert.Equal("", await shop.Told(_person));
        Assert.Equal(["A×5"], await LeftOut());
    }

    [Fact]
    public async Task What_a_guests_dead_checkout_had_taken_comes_too()
    {
        await shop.Add(_guest, "A", 2);
        await Freeze(_guest);
        await shop.Age(_guest);
        await shop.Add(_guest, "B");

        Assert.True(await shop.Merges.Merge(_guest, _person));

        Assert.Equal("A×2 B×1", await shop.Told(_person));
        Assert.Empty((await shop.Carts.Read(_guest)).Whole());
    }

    [Fact]
    public async Task What_a_guests_checkout_has_ordered_does_not_come()
    {
        await shop.Add(_guest, "A", 2);
        var frozen = await Freeze(_guest);
        await shop.Order(frozen.Generation, Guid.NewGuid());

        Assert.False(await shop.Merges.Merge(_guest, _person));

        Assert.Empty((await shop.Carts.Read(_guest)).Whole());
    }

    [Fact]
    public async Task What_a_guest_is_ordering_comes_when_that_has_failed()
    {
        await shop.Add(_guest, "A", 2);
        var frozen = await Freeze(_guest);
        Assert.False(await shop.Merges.Merge(_guest, _person));

        await shop.Frozen.Thaw(_guest, frozen.Generation);
        Assert.True(await shop.Merges.Merge(_guest, _person));

        Assert.Equal("A×2", await shop.Told(_person));
    }

    [Fact]
    public async Task Adds_merges_and_checkouts_at_once_lose_no_unit_without_a_word()
    {
        const int rounds = 25;
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (everBought, everLeftOut) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            var (person, guest) = (CartsFixture.NewPerson(), CartsFixture.NewGuest());
            var (added, bought) = (0, 0);
            await Task.WhenAll(Enumerable.Range(0, 80)
                .Select(number => new Deed(
                    random.Next(8), number % 2 == 0 ? person : guest, $"A-{random.Next(4)}", random.Next(1, 30),
                    $"key-{number}"))
                .ToList().Select(async deed =>
                {
                    if (deed.Kind < 4)
                    {
                        if ((await shop.Add(deed.Owner, deed.Sku, deed.Units)).Refusal is null)
                            Interlocked.Add(ref added, deed.Units);
                    }
                    else if (deed.Kind == 4) await shop.Merges.Merge(guest, person);
                    else Interlocked.Add(ref bought, await CheckOut(deed));
                }));

            foreach (var owner in new[] { guest, person }) await shop.Age(owner);
            await shop.Merges.Merge(guest, person);
            var cart = await shop.Frozen.Settled(person, await shop.Carts.Read(person));

            Assert.Empty(cart.Frozen);
            Assert.All(cart.Lines, line => Assert.InRange(line.Quantity, 1, CartLine.MostOfOne));
            Assert.Empty((await shop.Carts.Read(guest)).Whole());
            var leftOut = cart.LeftOut.Sum(left => left.Units);
            Assert.Equal(added, bought + cart.Lines.Sum(line => line.Quantity) + leftOut);
            (everBought, everLeftOut) = (everBought + bought, everLeftOut + leftOut);
        }

        // Or the test has not looked at it.
        Assert.True(everBought > 0 && everLeftOut > 0);
    }

    /// <summary>Succeeds, fails, or dies before or after its commit.</summary>
    /// <returns>How many units were bought.</returns>
    private async Task<int> CheckOut(Deed deed)
    {
        if (await shop.Frozen.Freeze(deed.Owner, deed.Key) is not Freezing.Frozen frozen) return 0;
        if (deed.Units % 4 == 0) return 0;
        if (deed.Units % 4 == 1)
        {
            await shop.Frozen.Thaw(deed.Owner, frozen.Generation);
            return 0;
        }

        await shop.Order(frozen.Generation, Guid.NewGuid());
        if (deed.Units % 4 == 2) await shop.Frozen.Drop(deed.Owner, frozen.Generation);
        return frozen.Lines.Sum(line => line.Quantity);
    }

    private async Task<Freezing.Frozen> Freeze(string owner) =>
        Assert.IsType<Freezing.Frozen>(await shop.Frozen.Freeze(owner, "key"));

    private async Task<IReadOnlyList<string>> LeftOut() =>
        [.. (await shop.Carts.Read(_person)).LeftOut.Select(left => $"{left.Sku}×{left.Units}")];

    private sealed record Deed(int Kind, string Owner, string Sku, int Units, string Key);
}
