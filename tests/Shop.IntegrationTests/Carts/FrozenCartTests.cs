using Shop.Api.Cart;
using Shop.Contracts;
using Xunit;

namespace Shop.IntegrationTests.Carts;

public sealed class FrozenCartTests(CartsFixture shop) : IClassFixture<CartsFixture>
{
    private readonly string _owner = CartsFixture.NewPerson();

    [Fact]
    public async Task It_has_what_was_in_the_cart_and_nothing_that_comes_later()
    {
        await shop.Add(_owner, "A", 2);

        var frozen = await Freeze();
        await shop.Add(_owner, "A");
        await shop.Add(_owner, "B");

        Assert.Equal([("A", 2)], frozen.Lines.Select(line => (line.Sku, line.Quantity)));
        Assert.Equal("A×1 B×1", await shop.Told(_owner));
    }

    [Fact]
    public async Task It_shows_in_the_cart_until_an_order_has_it()
    {
        await shop.Add(_owner, "A", 2);
        var frozen = await Freeze();
        await shop.Add(_owner, "A");
        Assert.Equal("A×3", await Whole());

        await shop.Order(frozen.Generation, Guid.NewGuid());

        Assert.Equal("A×1", await Whole());
        Assert.Empty((await shop.Carts.Read(_owner)).Frozen);
    }

    [Fact]
    public async Task Put_back_it_joins_what_was_added_meanwhile_and_only_once()
    {
        await shop.Add(_owner, "A", 2);
        var frozen = await Freeze();
        await shop.Add(_owner, "A");

        await shop.Frozen.Thaw(_owner, frozen.Generation);
        await shop.Frozen.Thaw(_owner, frozen.Generation);

        Assert.Equal("A×3", await shop.Told(_owner));
    }

    [Fact]
    public async Task Of_twenty_who_freeze_at_once_one_has_it()
    {
        await shop.Add(_owner, "A");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(number => shop.Frozen.Freeze(_owner, $"key-{number}")));

        Assert.Single(answers.OfType<Freezing.Frozen>());
        Assert.Equal(19, answers.OfType<Freezing.Empty>().Count());
    }

    [Fact]
    public async Task The_same_key_finds_itself_running()
    {
        await shop.Add(_owner, "A");
        await Freeze();
        await shop.Add(_owner, "B");

        Assert.IsType<Freezing.Running>(await shop.Frozen.Freeze(_owner, "key"));
    }

    [Fact]
    public async Task One_whose_checkout_died_goes_back_and_can_be_ordered()
    {
        await shop.Add(_owner, "A", 2);
        var dead = await Freeze();
        await shop.Age(_owner);

        var again = await Freeze();

        Assert.NotEqual(dead.Generation, again.Generation);
        Assert.Equal([("A", 2)], again.Lines.Select(line => (line.Sku, line.Quantity)));
    }

    [Fact]
    public async Task One_that_was_given_up_cannot_be_ordered_by_a_commit_that_comes_late()
    {
        await shop.Add(_owner, "A", 2);
        var late = await Freeze();
        await shop.Age(_owner);
        Assert.Equal("A×2", await Whole());

        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => shop.Order(late.Generation, Guid.NewGuid()));

        Assert.Equal("pk_spent_cart", refused.ConstraintName);
    }

    [Fact]
    public async Task One_that_was_ordered_cannot_be_given_up()
    {
        await shop.Add(_owner, "A");
        var frozen = await Freeze();
        var orderId = Guid.NewGuid();
        await shop.Order(frozen.Generation, orderId);

        Assert.Equal(orderId, (await shop.Spent.LetGo(frozen.Generation)).OrderId);
    }

    [Fact]
    public async Task One_that_was_ordered_and_not_dropped_is_the_orders_for_as_long_as_Redis_can_have_it()
    {
        await shop.Add(_owner, "A");
        var frozen = await Freeze();
        await shop.Order(frozen.Generation, Guid.NewGuid());
        await shop.Age(_owner);

        await shop.Forget(frozen.Generation, daysLater: CartRedis.LongestLifeInDays);

        Assert.Equal("", await Whole());
    }

    [Fact]
    public async Task Its_end_is_forgotten_once_Redis_can_have_nothing_of_it()
    {
        await shop.Add(_owner, "A");
        var frozen = await Freeze();
        await shop.Order(frozen.Generation, Guid.NewGuid());

        await shop.Forget(frozen.Generation, daysLater: CartRedis.LongestLifeInDays + 2);

        Assert.Empty(await shop.Spent.Of([frozen.Generation]));
    }

    [Fact]
    public async Task Accepted_requests_are_remembered_for_two_days() => Assert.Equal(
        ["new", "of yesterday"],
        await shop.Remembered(new Dictionary<string, TimeSpan>
        {
            ["new"] = TimeSpan.Zero, ["of yesterday"] = TimeSpan.FromHours(47), ["old"] = TimeSpan.FromHours(49),
        }));

    [Fact]
    public async Task Of_too_many_at_once_the_next_is_told_so_and_its_lines_stay()
    {
        for (var number = 0; number < 8; number++)
        {
            await shop.Add(_owner, $"A-{number}");
            Assert.IsType<Freezing.Frozen>(await shop.Frozen.Freeze(_owner, $"key-{number}"));
        }

        await shop.Add(_owner, "B");

        Assert.IsType<Freezing.Busy>(await shop.Frozen.Freeze(_owner, "key"));
        Assert.Equal("B×1", await shop.Told(_owner));
    }

    [Fact]
    public async Task What_its_owner_sets_or_removes_meanwhile_does_not_come_back()
    {
        await shop.Add(_owner, "A", 2);
        await shop.Add(_owner, "B", 2);
        await shop.Add(_owner, "C", 2);
        var frozen = await Freeze();

        await shop.Carts.Remove(_owner, "B");
        await shop.Carts.Set(_owner, "C", 5, new Money(100, "USD"));
        await shop.Frozen.Thaw(_owner, frozen.Generation);

        Assert.Equal("A×2 C×5", await shop.Told(_owner));
    }

    [Fact]
    public async Task Emptied_meanwhile_it_does_not_come_back()
    {
        await shop.Add(_owner, "A", 2);
        var frozen = await Freeze();

        await shop.Carts.Clear(_owner);
        await shop.Frozen.Thaw(_owner, frozen.Generation);

        Assert.Equal("", await shop.Told(_owner));
    }

    [Fact]
    public async Task What_an_order_has_of_it_is_left_out()
    {
        await shop.Add(_owner, "A", 3);
        await shop.Add(_owner, "B", 1);
        var frozen = await Freeze();

        await shop.Frozen.Thaw(_owner, frozen.Generation,
            [("A", 2), ("B", 1)]);

        Assert.Equal("A×1", await shop.Told(_owner));
    }

    [Fact]
    public async Task Adds_and_checkouts_at_once_lose_no_unit_and_make_none()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var ordered = 0;

        await Task.WhenAll(Enumerable.Range(0, 300).Select(async number =>
        {
            if (number % 3 != 0)
            {
                Assert.Null((await shop.Add(_owner, $"A-{number % 20}")).Refusal);
                return;
            }

            bool succeeds;
            lock (random) succeeds = random.Next(2) == 0;
            if (await shop.Frozen.Freeze(_owner, $"key-{number}") is not Freezing.Frozen frozen) return;
            if (succeeds)
            {
                await shop.Order(frozen.Generation, Guid.NewGuid());
                Interlocked.Add(ref ordered, frozen.Lines.Sum(line => line.Quantity));
                await shop.Frozen.Drop(_owner, frozen.Generation);
            }
            else await shop.Frozen.Thaw(_owner, frozen.Generation);
        }));

        var left = (await shop.Carts.Read(_owner)).Whole().Sum(line => line.Quantity);
        Assert.Equal(200, ordered + left);
    }

    private async Task<Freezing.Frozen> Freeze() =>
        Assert.IsType<Freezing.Frozen>(await shop.Frozen.Freeze(_owner, "key"));

    private async Task<string> Whole() => string.Join(' ',
        (await shop.Frozen.Settled(_owner, await shop.Carts.Read(_owner))).Whole()
        .Select(line => $"{line.Sku}×{line.Quantity}"));
}
