using Shop.Contracts.Inventory;
using Shop.Workers.Inventory;
using Xunit;
using static Shop.IntegrationTests.Inventory.InventoryFixture;

namespace Shop.IntegrationTests.Inventory;

public sealed class StockroomTests(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    [Fact]
    public async Task An_order_that_is_in_stock_is_held_in_full()
    {
        var (first, second) = (await inventory.Stocked(("W1", 5)), await inventory.Stocked(("W1", 5)));

        var outcome = Assert.Single(await inventory.Reserve(Order(new(first, 2), new(second, 5))));

        Assert.Equal([new("W1", first, 2), new("W1", second, 5)], outcome.Allocations);
        Assert.Equal((5, 2, 0), await inventory.Stock(first));
        Assert.Equal((5, 5, 0), await inventory.Stock(second));
    }

    [Fact]
    public async Task An_order_that_falls_short_in_one_line_holds_nothing_and_is_told_of_that_line()
    {
        var (plenty, scarce) = (await inventory.Stocked(("W1", 5)), await inventory.Stocked(("W1", 1), ("W2", 1)));

        var outcome = Assert.Single(await inventory.Reserve(Order(new(plenty, 2), new(scarce, 3))));

        Assert.False(outcome.IsReserved);
        Assert.Equal([new(scarce, 3, 2)], outcome.Shortages);
        Assert.Equal((5, 0, 0), await inventory.Stock(plenty));
    }

    [Fact]
    public async Task A_SKU_that_was_never_received_is_short_of_everything()
    {
        var outcome = Assert.Single(await inventory.Reserve(Order(new StockLine("nowhere", 3))));

        Assert.Equal([new("nowhere", 3, 0)], outcome.Shortages);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    public async Task A_repeated_reservation_gets_the_same_answer_and_takes_no_more(int quantity)
    {
        var sku = await inventory.Stocked(("W1", 4), ("W2", 1));
        var command = Order(new StockLine(sku, quantity));
        var first = Assert.Single(await inventory.Reserve(command));
        var stock = await inventory.Stock(sku);
        await inventory.Receive(Receipt(sku, "W1", 100, "later"));

        var second = Assert.Single(await inventory.Reserve(command));

        Assert.Equal(first.Allocations, second.Allocations);
        Assert.Equal(first.Shortages, second.Shortages);
        Assert.Equal(stock with { OnHand = stock.OnHand + 100 }, await inventory.Stock(sku));
    }

    [Fact]
    public async Task The_same_order_twice_in_one_group_is_held_once()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var command = Order(new StockLine(sku, 3));

        var outcomes = await inventory.Reserve(command, command);

        Assert.Equal(outcomes[0], outcomes[1]);
        Assert.Equal((5, 3, 0), await inventory.Stock(sku));
    }

    [Fact]
    public async Task A_reservation_that_comes_after_its_release_is_rejected_without_shortages()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var command = Order(new StockLine(sku, 3));
        Assert.Equal([ReleaseOutcome.Forestalled], await inventory.Release(command.OrderId));

        var outcome = Assert.Single(await inventory.Reserve(command));

        Assert.False(outcome.IsReserved);
        Assert.Empty(outcome.Shortages);
        Assert.Equal((5, 0, 0), await inventory.Stock(sku));
    }

    [Fact]
    public async Task A_reservation_that_is_repeated_after_its_release_is_rejected_too()
    {
        var command = Order(new StockLine(await inventory.Stocked(("W1", 5)), 3));
        await inventory.Reserve(command);
        await inventory.Release(command.OrderId);

        Assert.False(Assert.Single(await inventory.Reserve(command)).IsReserved);
    }

    [Fact]
    public async Task A_released_hold_is_available_again_and_a_second_release_changes_nothing()
    {
        var sku = await inventory.Stocked(("W1", 5), ("W2", 5));
        var command = Order(new StockLine(sku, 8));
        await inventory.Reserve(command);

        var outcomes = await inventory.Release(command.OrderId, command.OrderId);

        Assert.Equal([ReleaseOutcome.Released, ReleaseOutcome.NothingHeld], outcomes);
        Assert.Equal((10, 0, 0), await inventory.Stock(sku));
        Assert.Equal([ReleaseOutcome.NothingHeld], await inventory.Release(command.OrderId));
    }

    [Fact]
    public async Task A_sale_turns_what_is_reserved_into_sold_and_leaves_it_on_hand()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var command = Order(new StockLine(sku, 3));
        await inventory.Reserve(command);

        var outcomes = await inventory.Sell(command.OrderId, command.OrderId);

        Assert.Equal([SellOutcome.Sold, SellOutcome.AlreadySold], outcomes);

        Assert.Equal((5, 0, 3), await inventory.Stock(sku));
        Assert.Equal([SellOutcome.AlreadySold], await inventory.Sell(command.OrderId));
    }

    [Fact]
    public async Task A_sale_of_what_is_not_held_is_rejected()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var (released, rejected) = (Order(new StockLine(sku, 3)), Order(new StockLine(sku, 6)));
        await inventory.Reserve(released, rejected);
        await inventory.Release(released.OrderId);

        var outcomes = await inventory.Sell(released.OrderId, rejected.OrderId, Guid.NewGuid());

        Assert.All(outcomes, outcome => Assert.Equal(SellOutcome.Rejected, outcome));
        Assert.Equal((5, 0, 0), await inventory.Stock(sku));
    }

    [Fact]
    public async Task A_release_after_the_sale_gives_the_sold_units_back()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var command = Order(new StockLine(sku, 3));
        await inventory.Reserve(command);
        await inventory.Sell(command.OrderId);

        Assert.Equal([ReleaseOutcome.SaleUndone], await inventory.Release(command.OrderId));

        Assert.Equal((5, 0, 0), await inventory.Stock(sku));
    }

    [Fact]
    public async Task Only_holds_past_their_time_expire()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var (late, live) = (Order(new StockLine(sku, 3)), Order(new StockLine(sku, 1)));
        await inventory.Reserve(late, live);
        await inventory.PassDeadlines(late.OrderId);

        Assert.Equal([late.OrderId], await inventory.Expire());

        Assert.Equal((5, 1, 0), await inventory.Stock(sku));
        Assert.Equal([SellOutcome.Rejected], await inventory.Sell(late.OrderId));
        Assert.Empty(await inventory.Expire());
    }

    [Fact]
    public async Task A_hold_past_its_time_that_was_not_swept_yet_can_still_be_sold()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var command = Order(new StockLine(sku, 3));
        await inventory.Reserve(command);
        await inventory.PassDeadlines(command.OrderId);

        Assert.Equal([SellOutcome.Sold], await inventory.Sell(command.OrderId));

        Assert.Empty(await inventory.Expire());
    }

    [Fact]
    public async Task A_sweep_takes_at_most_what_it_is_told_to()
    {
        var sku = await inventory.Stocked(("W1", 9));
        var commands = Enumerable.Range(0, 3).Select(_ => Order(new StockLine(sku, 3))).ToArray();
        await inventory.Reserve(commands);
        await inventory.PassDeadlines([.. commands.Select(command => command.OrderId)]);

        Assert.Equal(2, (await inventory.Expire(most: 2)).Count);
        Assert.Single(await inventory.Expire(most: 2));
    }

    [Fact]
    public async Task Sixty_orders_in_one_group_for_fifty_units_hold_exactly_fifty()
    {
        var sku = await inventory.Stocked(("W1", 20), ("W2", 30));
        var commands = Enumerable.Range(0, 60).Select(_ => Order(new StockLine(sku, 1))).ToArray();

        var outcomes = await inventory.Reserve(commands);

        Assert.All(outcomes.Take(50), outcome => Assert.True(outcome.IsReserved));
        Assert.All(outcomes.Skip(50), outcome => Assert.Equal([new(sku, 1, 0)], outcome.Shortages));
        Assert.Equal((50, 50, 0), await inventory.Stock(sku));
    }

    [Fact]
    public async Task An_order_comes_from_the_warehouse_that_is_nearest_to_it()
    {
        await inventory.Execute(
            """
            insert into inventory.warehouse (code, name, line1, city, region, postal_code, country, latitude, longitude)
            values ('A-PHX', 'Tempe', '1', 'Tempe', 'AZ', '85281', 'US', 33.43, -111.90),
                   ('Z-MSP', 'Bloomington', '1', 'Bloomington', 'MN', '55425', 'US', 44.85, -93.25)
            """);
        inventory.Maps.Forget();
        var sku = await inventory.Stocked(("A-PHX", 5), ("Z-MSP", 5));

        var outcome = Assert.Single(await inventory.Reserve(Order(new StockLine(sku, 1))));

        Assert.Equal([new("Z-MSP", sku, 1)], outcome.Allocations);
    }
}
