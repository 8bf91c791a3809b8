using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Contracts.Inventory;
using Shop.Messaging.Audit;
using Shop.Workers.Inventory;
using Xunit;
using static Shop.IntegrationTests.Inventory.InventoryFixture;

namespace Shop.IntegrationTests.Inventory;

/// <summary>A sale's limits are accounts that move with the stock.</summary>
public sealed class SaleTests(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    private const string Ada = "user:ada";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_orders_of_one_buyer_in_one_group_are_judged_in_their_order()
    {
        var sku = await OnSale(limit: 3, quantity: 100);

        var outcomes = await inventory.Reserve(
            Buys(Ada, sku, 2), Buys(Ada, sku, 2), Buys("user:bob", sku, 3), Buys(Ada, sku, 1));

        Assert.Equal([true, false, true, true], outcomes.Select(outcome => outcome.IsReserved));
        Assert.Equal([new Shortage(sku, 2, 1) { Code = Shortage.PurchaseLimit }], outcomes[1].Shortages);
        Assert.Equal([(Ada, 3, 0), ("user:bob", 3, 0)], await Accounts(sku));
    }

    [Fact]
    public async Task An_order_over_the_limit_holds_nothing_of_its_other_lines_and_is_told_the_same_again()
    {
        var (sku, other) = (await OnSale(limit: 1, quantity: 100), await inventory.Stocked(("W1", 5)));
        var command = Order(new(other, 1), new(sku, 2)) with { Buyer = Ada };

        var first = Assert.Single(await inventory.Reserve(command));
        await inventory.Sale(sku, perPersonLimit: 5, quantity: 100);
        var second = Assert.Single(await inventory.Reserve(command));

        Assert.Equal([new Shortage(sku, 2, 1) { Code = Shortage.PurchaseLimit }], first.Shortages);
        Assert.Equal(first.Shortages, second.Shortages);
        Assert.Equal((5, 0, 0), await inventory.Stock(other));
    }

    [Fact]
    public async Task A_sale_gives_no_more_than_it_offers_though_there_is_more_in_stock()
    {
        var sku = await OnSale(limit: 2, quantity: 5);

        var outcomes = await inventory.Reserve([.. Enumerable.Range(0, 4).Select(i => Buys($"user:{i}", sku, 2))]);

        Assert.Equal([true, true, false, false], outcomes.Select(outcome => outcome.IsReserved));
        Assert.Equal([new Shortage(sku, 2, 1)], outcomes[2].Shortages);
    }

    [Fact]
    public async Task What_is_released_or_expires_can_be_bought_again()
    {
        var sku = await OnSale(limit: 2, quantity: 2);
        var (released, expired) = (Buys(Ada, sku, 1), Buys(Ada, sku, 1));
        await inventory.Reserve(released, expired);
        Assert.False(await Reserves(Buys(Ada, sku, 1)));

        await inventory.Release(released.OrderId, released.OrderId);
        await inventory.PassDeadlines(expired.OrderId);
        await inventory.Expire();

        Assert.Equal([(Ada, 0, 0)], await Accounts(sku));
        Assert.True(await Reserves(Buys(Ada, sku, 2)));
    }

    [Fact]
    public async Task What_is_sold_counts_and_is_given_back_when_the_sale_is_undone()
    {
        var sku = await OnSale(limit: 2, quantity: 100);
        var command = Buys(Ada, sku, 2);
        await inventory.Reserve(command);
        await inventory.Sell(command.OrderId, command.OrderId);
        Assert.Equal([(Ada, 0, 2)], await Accounts(sku));
        Assert.False(await Reserves(Buys(Ada, sku, 1)));

        await inventory.Release(command.OrderId);

        Assert.Equal([(Ada, 0, 0)], await Accounts(sku));
    }

    [Fact]
    public async Task What_was_shipped_stays_bought_when_the_rest_is_given_back()
    {
        var sku = await OnSale(limit: 3, quantity: 100);
        var command = Buys(Ada, sku, 3);
        await inventory.Reserve(command);
        await inventory.Ship(Parcel(command.OrderId, "W1", sku, 1));

        await inventory.Release(command.OrderId);

        Assert.Equal([(Ada, 0, 1)], await Accounts(sku));
    }

    [Fact]
    public async Task A_purchase_that_another_group_made_meanwhile_aborts_the_group()
    {
        var sku = await OnSale(limit: 2, quantity: 100);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => inventory.Commit(async (stockroom, cancellation) =>
        {
            var outcomes = await stockroom.Reserve([Buys(Ada, sku, 2)], cancellation);
            await inventory.Reserve(Buys(Ada, sku, 1));
            return outcomes;
        }));

        Assert.Equal(PostgresErrorCodes.DivisionByZero, refusal.SqlState);
        Assert.Equal([(Ada, 1, 0)], await Accounts(sku));
    }

    [Fact]
    public async Task A_limit_that_is_lowered_meanwhile_aborts_the_group()
    {
        var sku = await OnSale(limit: 2, quantity: 100);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => inventory.Commit(async (stockroom, cancellation) =>
        {
            var outcomes = await stockroom.Reserve([Buys(Ada, sku, 2)], cancellation);
            await inventory.Sale(sku, perPersonLimit: 1, quantity: 100);
            return outcomes;
        }));

        Assert.Equal(PostgresErrorCodes.DivisionByZero, refusal.SqlState);
    }

    [Fact]
    public async Task The_table_itself_refuses_an_account_over_its_limit()
    {
        var sku = await OnSale(limit: 1, quantity: 100);
        await inventory.Reserve(Buys(Ada, sku, 1));

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => inventory.Execute(
            $"update inventory.purchase_account set reserved = 2 where sale_id in (select id from inventory.sale where sku = '{sku}')"));

        Assert.Equal("ck_purchase_account_within_limit", refusal.ConstraintName);
    }

    [Fact]
    public async Task A_quantity_below_what_is_taken_becomes_what_is_taken_and_the_sale_is_over()
    {
        var sku = await OnSale(limit: 5, quantity: 10);
        await inventory.Reserve(Buys(Ada, sku, 4));

        await inventory.Sale(sku, perPersonLimit: 1, quantity: 0);

        Assert.Equal((4, 4), await Terms(sku));
        Assert.Equal([new Shortage(sku, 1, 0)], Assert.Single(await inventory.Reserve(Buys("user:bob", sku, 1))).Shortages);
        Assert.Equal([(Ada, 4, 0)], await Accounts(sku));
    }

    [Fact]
    public async Task Terms_that_were_asked_for_earlier_do_not_replace_later_ones()
    {
        var sku = await OnSale(limit: 2, quantity: 10);
        var late = new PutSale
        {
            Sku = sku,
            StartsAt = DateTimeOffset.UtcNow.AddHours(-1),
            EndsAt = DateTimeOffset.UtcNow.AddHours(1),
            PerPersonLimit = 9,
            Quantity = 99,
            AskedAt = DateTimeOffset.UtcNow.AddMinutes(-5),
        };

        await inventory.Put(late);

        Assert.Equal((10, 0), await Terms(sku));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(-2, -1)]
    public async Task A_sale_limits_nothing_before_its_start_and_after_its_end(int startsInHours, int endsInHours)
    {
        var sku = await inventory.Stocked(("W1", 50));
        await inventory.Sale(sku, 1, 1, TimeSpan.FromHours(startsInHours), TimeSpan.FromHours(endsInHours));

        Assert.True(await Reserves(Buys(Ada, sku, 9)));
    }

    [Fact]
    public async Task The_next_sale_of_a_SKU_has_accounts_of_its_own()
    {
        var sku = await OnSale(limit: 1, quantity: 1);
        await inventory.Reserve(Buys(Ada, sku, 1));
        await inventory.Execute($"update inventory.sale set ends_at = now() - interval '1 s' where sku = '{sku}'");

        await inventory.Sale(sku, perPersonLimit: 1, quantity: 1);

        Assert.True(await Reserves(Buys(Ada, sku, 1)));
    }

    [Fact]
    public async Task The_seed_is_told_when_the_sale_has_started_and_not_before_and_its_hash_always()
    {
        var (open, future) = (await OnSale(1, 1), await inventory.Stocked());
        await inventory.Sale(future, 1, 1, startsIn: TimeSpan.FromHours(1), endsIn: TimeSpan.FromHours(2));

        await using var command = inventory.Source.CreateCommand(
            """
            select v.seed is not null, v.commitment = sha256(s.seed) from inventory.sale_view v
            join inventory.sale s using (id) where v.sku = any($1) order by v.has_started
            """);
        command.Parameters.AddWithValue(new[] { open, future });
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var told = new List<(bool, bool)>();
        while (await reader.ReadAsync(Cancellation)) told.Add((reader.GetBoolean(0), reader.GetBoolean(1)));

        Assert.Equal([(false, true), (true, true)], told);
    }

    [Fact]
    public async Task Two_thousand_buyers_with_several_orders_each_get_exactly_what_there_is_and_nobody_more_than_the_limit()
    {
        var sku = await OnSale(limit: 2, quantity: 100);
        var random = new Random(20261127);
        var orders = Enumerable.Range(0, 5_000)
            .Select(_ => Buys($"user:{random.Next(2_000)}", sku, random.Next(1, 3))).ToArray();
        await Parallel.ForEachAsync(orders.Chunk(250), Cancellation, async (chunk, _) => await InGroups(chunk));
        await InGroups([.. Enumerable.Range(0, 3).Select(i => Buys($"user:last-{i}", sku, 1))]);

        var accounts = await Accounts(sku);

        Assert.All(accounts, account => Assert.InRange(account.Reserved, 1, 2));
        Assert.Equal(100, accounts.Sum(account => account.Reserved));
        Assert.Equal((100, 100), await Terms(sku));
        Assert.Equal(100, (await inventory.Stock(sku)).Reserved);
        await AssertAudit();
    }

    /// <summary>As the group commit does: what fails is halved until it stands alone, and tried again.</summary>
    private async Task InGroups(ReserveStock[] commands)
    {
        while (true)
        {
            try
            {
                await inventory.Reserve(commands);
                return;
            }
            catch (PostgresException) when (commands.Length > 1)
            {
                await InGroups(commands[..(commands.Length / 2)]);
                commands = commands[(commands.Length / 2)..];
            }
            catch (PostgresException conflict) when (conflict.SqlState is PostgresErrorCodes.DivisionByZero)
            {
                Cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task AssertAudit()
    {
        foreach (var check in InventoryAudit.Checks(inventory.Source, inventory.Source).Where(check => check.Name.StartsWith("I8", StringComparison.Ordinal)))
            Assert.Equal(0, await new AuditBook(inventory.Source, InventoryDbContext.Schema).Evaluate(check, Cancellation));
    }

    private async Task<string> OnSale(int limit, int quantity)
    {
        var sku = await inventory.Stocked(("W1", 10_000));
        await inventory.Sale(sku, limit, quantity);
        return sku;
    }

    private async Task<bool> Reserves(ReserveStock command) => Assert.Single(await inventory.Reserve(command)).IsReserved;

    private async Task<(int Quantity, int Taken)> Terms(string sku)
    {
        await using var context = inventory.Context();
        var sale = await context.Sales.SingleAsync(sale => sale.Sku == sku && sale.IsCurrent, Cancellation);
        return (sale.Quantity, sale.Taken);
    }

    private async Task<List<(string Buyer, int Reserved, int Sold)>> Accounts(string sku)
    {
        await using var context = inventory.Context();
        var accounts = await context.PurchaseAccounts
            .Where(account => context.Sales.Any(sale => sale.Sku == sku && sale.Id == account.SaleId))
            .OrderBy(account => account.Buyer).ToListAsync(Cancellation);
        return [.. accounts.Select(account => (account.Buyer, account.Reserved, account.Sold))];
    }
}
