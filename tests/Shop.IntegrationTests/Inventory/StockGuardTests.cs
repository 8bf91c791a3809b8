using Npgsql;
using Shop.Contracts.Inventory;
using Shop.Workers.Inventory;
using Xunit;
using static Shop.IntegrationTests.Inventory.InventoryFixture;

namespace Shop.IntegrationTests.Inventory;

/// <summary>What stands between a lost race and an oversold shelf: asserted writes, then the table's checks.</summary>
public sealed class StockGuardTests(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    [Fact]
    public async Task Stock_that_went_between_the_decision_and_the_write_aborts_the_whole_group()
    {
        var (hot, calm) = (await inventory.Stocked(("W1", 5)), await inventory.Stocked(("W1", 5)));
        var (late, neighbour) = (Order(new StockLine(hot, 5)), Order(new StockLine(calm, 1)));

        var refusal = await Conflict(async (stockroom, cancellation) =>
        {
            var outcomes = await stockroom.Reserve([neighbour, late], cancellation);
            await inventory.Reserve(Order(new StockLine(hot, 1)));
            return outcomes;
        });

        Assert.Equal(PostgresErrorCodes.DivisionByZero, refusal.SqlState);
        Assert.Equal((5, 1, 0), await inventory.Stock(hot));
        Assert.Equal((5, 0, 0), await inventory.Stock(calm));
        Assert.False(Assert.Single(await inventory.Reserve(late)).IsReserved);
    }

    [Fact]
    public async Task Stock_that_others_took_meanwhile_is_no_conflict_while_enough_is_left()
    {
        var sku = await inventory.Stocked(("W1", 5));

        await inventory.Commit(async (stockroom, cancellation) =>
        {
            var outcomes = await stockroom.Reserve([Order(new StockLine(sku, 3))], cancellation);
            await inventory.Reserve(Order(new StockLine(sku, 2)));
            return outcomes;
        });

        Assert.Equal((5, 5, 0), await inventory.Stock(sku));
    }

    [Fact]
    public async Task One_order_that_is_reserved_in_two_places_at_once_is_held_once()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var command = Order(new StockLine(sku, 2));

        var refusal = await Conflict(async (stockroom, cancellation) =>
        {
            var outcomes = await stockroom.Reserve([command], cancellation);
            await inventory.Reserve(command);
            return outcomes;
        });

        Assert.Equal(PostgresErrorCodes.UniqueViolation, refusal.SqlState);
        Assert.Equal((5, 2, 0), await inventory.Stock(sku));
    }

    [Fact]
    public async Task A_hold_that_is_released_while_it_is_being_sold_is_not_sold()
    {
        var sku = await inventory.Stocked(("W1", 5));
        // The neighbour's hold keeps the stock row's own guard from catching what the reservation's must catch.
        var (command, neighbour) = (Order(new StockLine(sku, 2)), Order(new StockLine(sku, 2)));
        await inventory.Reserve(command, neighbour);

        var refusal = await Conflict(async (stockroom, cancellation) =>
        {
            var outcomes = await stockroom.Sell([new SellStock { OrderId = command.OrderId }], cancellation);
            await inventory.Release(command.OrderId);
            return outcomes;
        });

        Assert.Equal(PostgresErrorCodes.DivisionByZero, refusal.SqlState);
        Assert.Equal([SellOutcome.Rejected], await inventory.Sell(command.OrderId));
        Assert.Equal((5, 2, 0), await inventory.Stock(sku));
    }

    [Fact]
    public async Task One_receipt_that_comes_in_two_places_at_once_counts_once()
    {
        var receipt = Receipt(await inventory.Stocked(), "W1", 3);

        var refusal = await Conflict(async (stockroom, cancellation) =>
        {
            var outcomes = await stockroom.Receive([receipt], cancellation);
            await inventory.Receive(receipt);
            return outcomes;
        });

        Assert.Equal(PostgresErrorCodes.UniqueViolation, refusal.SqlState);
        Assert.Equal((3, 0, 0), await inventory.Stock(receipt.Sku));
    }

    [Fact]
    public async Task A_sweep_passes_over_holds_that_another_sweep_is_at_work_on()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var command = Order(new StockLine(sku, 2));
        await inventory.Reserve(command);
        await inventory.PassDeadlines(command.OrderId);

        IReadOnlyList<Guid> second = [Guid.Empty];
        var first = await inventory.Commit(async (stockroom, cancellation) =>
        {
            var claimed = await stockroom.Expire(10, cancellation);
            second = await inventory.Expire(10);
            return claimed;
        });

        Assert.Equal([command.OrderId], first);
        Assert.Empty(second);
    }

    [Theory]
    [InlineData("reserved = 6", "ck_stock_item_not_oversold")]
    [InlineData("reserved = 3, sold = 3", "ck_stock_item_not_oversold")]
    [InlineData("reserved = -1", "ck_stock_item_reserved")]
    [InlineData("sold = -1", "ck_stock_item_sold")]
    public async Task A_write_without_the_guard_is_stopped_by_the_table(string assignment, string constraint)
    {
        var sku = await inventory.Stocked(("W1", 5));

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => inventory.Execute($"update inventory.stock_item set {assignment} where sku = '{sku}'"));

        Assert.Equal(constraint, refusal.ConstraintName);
    }

    [Theory]
    [InlineData("update inventory.ledger_entry set delta_on_hand = 0")]
    [InlineData("delete from inventory.ledger_entry")]
    [InlineData("truncate inventory.ledger_entry")]
    public async Task The_ledger_is_append_only(string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => inventory.Execute(sql));

        Assert.Equal(PostgresErrorCodes.RestrictViolation, refusal.SqlState);
    }

    [Theory]
    [InlineData("update inventory.stock_item set on_hand = on_hand + 1 where sku = @sku", 1, 0, 0)]
    [InlineData("update inventory.reservation set state = 'SOLD' where lines @> @line", 0, 1, 1)]
    [InlineData(
        "insert into inventory.ledger_entry (sku, warehouse, kind, delta_on_hand, delta_reserved, delta_sold) "
            + "values (@sku, 'W1', 'RECEIVED', 1, 0, 0)",
        1,
        0,
        0)]
    public async Task The_audit_sees_stock_that_was_tampered_with(string sql, int ledger, int reserved, int sold)
    {
        var sku = await inventory.Stocked(("W1", 5));
        await inventory.Reserve(Order(new StockLine(sku, 2)));
        var cancellation = TestContext.Current.CancellationToken;
        await using var connection = await inventory.Source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        Assert.True((await StockAudit.Read(connection, cancellation)).IsClean);

        await using var command = new NpgsqlCommand(
            sql.Replace("@sku", $"'{sku}'", StringComparison.Ordinal)
                .Replace("@line", $"'[{{\"sku\":\"{sku}\"}}]'", StringComparison.Ordinal),
            connection,
            transaction);
        await command.ExecuteNonQueryAsync(cancellation);

        var audit = await StockAudit.Read(connection, cancellation);
        Assert.Equal((ledger, reserved, sold), (audit.WrongLedger, audit.WrongReserved, audit.WrongSold));
        Assert.False(audit.IsClean);
    }

    private Task<PostgresException> Conflict<T>(Func<Stockroom, CancellationToken, Task<T>> work) =>
        Assert.ThrowsAsync<PostgresException>(() => inventory.Commit(work));
}
