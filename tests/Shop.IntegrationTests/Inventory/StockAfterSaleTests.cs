using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Contracts.Inventory;
using Shop.Workers.Inventory;
using Xunit;
using static Shop.IntegrationTests.Inventory.InventoryFixture;

namespace Shop.IntegrationTests.Inventory;

/// <summary>What becomes of stock that was sold.</summary>
public sealed class StockAfterSaleTests(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    [Fact]
    public async Task A_parcel_takes_what_it_brings_off_the_shelf_once()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var order = await Sold(sku, 3);
        var parcel = Parcel(order, "W1", sku, 2);

        Assert.Equal([true, false], await inventory.Ship(parcel, parcel));
        Assert.Equal([false], await inventory.Ship(parcel));

        Assert.Equal((3, 0, 1), await inventory.Stock(sku));
        Assert.Equal("RECEIVED RESERVED SOLD SHIPPED", await Ledger(sku));
        Assert.True((await inventory.Audit()).IsClean);
    }

    [Fact]
    public async Task A_parcel_that_overtakes_the_sale_makes_it()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var command = Order(new StockLine(sku, 3));
        await inventory.Reserve(command);

        await inventory.Ship(Parcel(command.OrderId, "W1", sku, 2));

        Assert.Equal([SellOutcome.AlreadySold], await inventory.Sell(command.OrderId));
        Assert.Equal((3, 0, 1), await inventory.Stock(sku));
        Assert.True((await inventory.Audit()).IsClean);
    }

    [Fact]
    public async Task What_is_released_after_a_part_has_left_is_what_is_still_there()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var order = await Sold(sku, 3);
        await inventory.Ship(Parcel(order, "W1", sku, 2));

        Assert.Equal([ReleaseOutcome.SaleUndone], await inventory.Release(order));

        Assert.Equal((3, 0, 0), await inventory.Stock(sku));
        Assert.True((await inventory.Audit()).IsClean);
    }

    [Theory]
    [InlineData("W1", 4)]
    [InlineData("W2", 1)]
    public async Task Nothing_is_shipped_that_was_not_bought_there(string warehouse, int quantity)
    {
        var sku = await inventory.Stocked(("W1", 5));
        var order = await Sold(sku, 3);

        await Assert.ThrowsAsync<InvalidOperationException>(() => inventory.Ship(Parcel(order, warehouse, sku, quantity)));

        Assert.Equal((5, 0, 3), await inventory.Stock(sku));
    }

    [Fact]
    public async Task Of_an_order_that_was_released_nothing_is_shipped()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var order = await Sold(sku, 3);
        await inventory.Release(order);

        await Assert.ThrowsAsync<InvalidOperationException>(() => inventory.Ship(Parcel(order, "W1", sku, 3)));
    }

    [Fact]
    public async Task A_parcel_that_leaves_while_its_order_is_released_leaves_or_does_not()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var (order, _) = (await Sold(sku, 2), await Sold(sku, 2));

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => inventory.Commit(async (stockroom, cancellation) =>
        {
            var outcomes = await stockroom.Ship([Parcel(order, "W1", sku, 2)], cancellation);
            await inventory.Release(order);
            return outcomes;
        }));

        Assert.Equal(PostgresErrorCodes.DivisionByZero, refusal.SqlState);
        Assert.Equal((5, 0, 2), await inventory.Stock(sku));
    }

    [Fact]
    public async Task Two_parcels_of_an_order_that_leave_at_once_are_both_counted()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var order = await Sold(sku, 4);
        var (one, other) = (Parcel(order, "W1", sku, 1), Parcel(order, "W1", sku, 2));

        await Assert.ThrowsAsync<PostgresException>(() => inventory.Commit(async (stockroom, cancellation) =>
        {
            var outcomes = await stockroom.Ship([one], cancellation);
            await inventory.Ship(other);
            return outcomes;
        }));
        await inventory.Ship(one);

        Assert.Equal((2, 0, 1), await inventory.Stock(sku));
        Assert.True((await inventory.Audit()).IsClean);
    }

    [Fact]
    public async Task What_a_warehouse_cannot_ship_is_bought_from_others_and_answered_alike_when_repeated()
    {
        var sku = await inventory.Stocked(("W1", 3));
        var order = await Sold(sku, 3);
        await inventory.Receive(Receipt(sku, "W2", 2, "more"), Receipt(sku, "W3", 1, "more"));
        var command = Elsewhere(order, "W1", sku, 3);

        var outcome = await inventory.Reallocate(command);

        Assert.True(outcome.IsReallocated);
        Assert.Equal([new Allocation("W2", sku, 2), new Allocation("W3", sku, 1)], outcome.Allocations);
        Assert.Equal(outcome.Allocations, (await inventory.Reallocate(command)).Allocations);
        Assert.Equal((6, 0, 3), await inventory.Stock(sku));
        await inventory.Ship(Parcel(order, "W2", sku, 2));
        await Assert.ThrowsAsync<InvalidOperationException>(() => inventory.Ship(Parcel(order, "W1", sku, 1)));
        Assert.True((await inventory.Audit()).IsClean);
    }

    [Fact]
    public async Task What_nobody_else_has_stays_bought_where_it_was()
    {
        var sku = await inventory.Stocked(("W1", 3));
        var order = await Sold(sku, 3);
        await inventory.Receive(Receipt(sku, "W2", 2, "more"));
        var command = Elsewhere(order, "W1", sku, 3);

        var outcome = await inventory.Reallocate(command);

        Assert.Equal([new Shortage(sku, 3, 2)], outcome.Shortages);
        Assert.Equal((5, 0, 3), await inventory.Stock(sku));
        await inventory.Receive(Receipt(sku, "W2", 5, "later"));
        Assert.False((await inventory.Reallocate(command)).IsReallocated);
    }

    [Fact]
    public async Task Of_an_order_that_was_released_nothing_is_bought_elsewhere()
    {
        var sku = await inventory.Stocked(("W1", 3));
        var order = await Sold(sku, 3);
        await inventory.Receive(Receipt(sku, "W2", 3, "more"));
        await inventory.Release(order);

        Assert.Empty((await inventory.Reallocate(Elsewhere(order, "W1", sku, 3))).Shortages);
        Assert.Equal((6, 0, 0), await inventory.Stock(sku));
    }

    [Fact]
    public async Task Goods_that_come_back_can_be_sold_again_and_count_once()
    {
        var sku = await inventory.Stocked(("W1", 3));
        var order = await Sold(sku, 3);
        await inventory.Ship(Parcel(order, "W1", sku, 3));
        var command = new RestockReturn
        {
            OrderId = order, ReturnId = Guid.NewGuid(), Warehouse = "W1", Lines = [new StockLine(sku, 2)],
        };

        Assert.Equal([true], await inventory.TakeBack(command));
        Assert.Equal([false], await inventory.TakeBack(command));

        Assert.Equal((2, 0, 0), await inventory.Stock(sku));
        Assert.Equal("RECEIVED RESERVED SOLD SHIPPED RETURNED", await Ledger(sku));
        Assert.True(Assert.Single(await inventory.Reserve(Order(new StockLine(sku, 2)))).IsReserved);
    }

    [Fact]
    public async Task A_return_of_which_nothing_can_be_sold_again_is_done_too() => Assert.Equal([true], await inventory.TakeBack(
        new RestockReturn { OrderId = Guid.NewGuid(), ReturnId = Guid.NewGuid(), Warehouse = "W1", Lines = [] }));

    [Fact]
    public async Task A_hold_that_is_swept_while_it_is_being_sold_or_released_is_not_counted_twice()
    {
        var sku = await inventory.Stocked(("W1", 6));
        var (sold, released) = (Order(new StockLine(sku, 2)), Order(new StockLine(sku, 2)));
        await inventory.Reserve(sold, released, Order(new StockLine(sku, 2)));

        foreach (var command in new[] { sold, released })
        {
            await inventory.PassDeadlines(command.OrderId);
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => inventory.Commit(async (stockroom, cancellation) =>
            {
                if (command == sold) await stockroom.Sell([new SellStock { OrderId = command.OrderId }], cancellation);
                else await stockroom.Release([new ReleaseStock { OrderId = command.OrderId, Reason = "late" }], cancellation);
                return await inventory.Expire();
            }));
            Assert.Equal(PostgresErrorCodes.DivisionByZero, refusal.SqlState);
        }

        Assert.Equal([SellOutcome.Rejected], await inventory.Sell(sold.OrderId));
        Assert.Equal([ReleaseOutcome.NothingHeld], await inventory.Release(released.OrderId));
        Assert.Equal((6, 2, 0), await inventory.Stock(sku));
    }

    [Fact]
    public async Task Sweeps_sales_and_releases_that_meet_leave_each_hold_to_one_of_them()
    {
        const int orders = 60;
        var sku = await inventory.Stocked(("W1", orders));
        var commands = Enumerable.Range(0, orders).Select(_ => Order(new StockLine(sku, 1))).ToArray();
        await inventory.Reserve(commands);
        var ids = commands.Select(command => command.OrderId).ToArray();
        await inventory.PassDeadlines(ids);

        var sales = Task.WhenAll(ids.Select(id => Again(() => inventory.Sell(id))));
        var releases = Task.WhenAll(ids.Where((_, index) => index % 3 == 0).Select(id => Again(() => inventory.Release(id))));
        var sweeps = Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Again(() => inventory.Expire(10))));
        await Task.WhenAll(sales, releases, sweeps);

        await using var context = inventory.Context();
        var states = await context.Reservations.Where(reservation => ids.Contains(reservation.OrderId))
            .GroupBy(reservation => reservation.State).ToDictionaryAsync(
                group => group.Key, group => group.Count(), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(ReservationState.Held, states.Keys);
        Assert.Equal((orders, 0, states.GetValueOrDefault(ReservationState.Sold)), await inventory.Stock(sku));
        Assert.True((await inventory.Audit()).IsClean);
    }

    [Fact]
    public async Task A_hold_ends_by_the_databases_clock_whatever_ours_says()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var command = Order(new StockLine(sku, 2));
        await inventory.Reserve(command);
        using var maps = new CurrentWarehouseMap(new FastClock());

        Assert.DoesNotContain(command.OrderId, await Sweep(maps));
        await inventory.PassDeadlines(command.OrderId);
        Assert.Contains(command.OrderId, await Sweep(maps));
    }

    private async Task<IReadOnlyList<Guid>> Sweep(CurrentWarehouseMap maps)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var connection = await inventory.Source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        var expired = await new Stockroom(maps, connection, transaction, batch).Expire(100, cancellation);
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return expired;
    }

    /// <summary>As a consumer does: whoever had to give way decides anew.</summary>
    private static async Task<T> Again<T>(Func<Task<T>> work)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (PostgresException gaveWay) when (attempt < 50
                && gaveWay.SqlState is PostgresErrorCodes.DivisionByZero or PostgresErrorCodes.DeadlockDetected)
            {
                // Whoever was in the way has gone on.
            }
        }
    }

    private async Task<Guid> Sold(string sku, int quantity)
    {
        var command = Order(new StockLine(sku, quantity));
        await inventory.Reserve(command);
        await inventory.Sell(command.OrderId);
        return command.OrderId;
    }

    private async Task<string> Ledger(string sku)
    {
        await using var context = inventory.Context();
        return string.Join(' ', await context.LedgerEntries.Where(entry => entry.Sku == sku)
            .OrderBy(entry => entry.Id).Select(entry => entry.Kind).ToListAsync(TestContext.Current.CancellationToken));
    }

    private sealed class FastClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(1);
    }
}
