using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Shop.Contracts.Inventory;
using Shop.Messaging.Hosting;
using Shop.Workers.Inventory;
using Xunit;
using static Shop.IntegrationTests.Inventory.InventoryFixture;

namespace Shop.IntegrationTests.Inventory;

/// <summary>The bands that others are told, and how they follow the ledger.</summary>
public sealed class AvailabilityTests(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_reads_availability_sees_the_band_of_what_can_be_promised()
    {
        var sku = await inventory.Stocked(("W1", 8), ("W2", 4));
        var bands = new List<string?> { await BandAfterReading(sku) };
        await inventory.Reserve(Order(new StockLine(sku, 2)));
        bands.Add(await BandAfterReading(sku));
        await inventory.Reserve(Order(new StockLine(sku, 1)));
        bands.Add(await BandAfterReading(sku));
        await inventory.Reserve(Order(new StockLine(sku, 8)));
        bands.Add(await BandAfterReading(sku));
        await inventory.Reserve(Order(new StockLine(sku, 1)));
        bands.Add(await BandAfterReading(sku));

        Assert.Equal(["IN_STOCK", "IN_STOCK", "LOW_STOCK", "LOW_STOCK", "OUT_OF_STOCK"], bands);
    }

    [Fact]
    public async Task A_band_is_told_when_it_moves_and_not_again()
    {
        var sku = await inventory.Stocked(("W1", 12));
        var told = new List<string>();
        async Task Tell() => told.AddRange((await Read()).Where(each => each.Sku == sku).Select(each => each.Band));

        await Tell();
        await inventory.Reserve(Order(new StockLine(sku, 1)));
        await Tell();
        await Tell();
        await inventory.Reserve(Order(new StockLine(sku, 11)));
        await Tell();
        await Tell();

        Assert.Equal(["IN_STOCK", "OUT_OF_STOCK"], told);
    }

    [Fact]
    public async Task An_entry_that_commits_after_a_later_one_is_not_missed()
    {
        await using var connection = await inventory.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        var late = $"SKU-{Guid.NewGuid():N}";
        await Execute(connection, $"""
            insert into inventory.ledger_entry (sku, warehouse, kind, delta_on_hand, delta_reserved, delta_sold, reference)
            values ('{late}', 'W1', 'RECEIVED', 3, 0, 0, 'late');
            insert into inventory.stock_item values ('{late}', 'W1', 3, 0, 0)
            """);
        var early = await inventory.Stocked(("W1", 3));

        Assert.Equal("LOW_STOCK", await BandAfterReading(early));
        foreach (var _ in Enumerable.Range(0, 3)) await Read();
        Assert.Null(await BandAfterReading(late));
        await transaction.CommitAsync(Cancellation);

        Assert.Equal("LOW_STOCK", await BandAfterReading(late));
    }

    [Fact]
    public async Task What_was_read_twice_is_not_read_again()
    {
        await inventory.Stocked(("W1", 3));
        foreach (var _ in Enumerable.Range(0, 4)) await Read();

        await Waiting.Until(async () =>
        {
            await Read();
            await using var connection = await inventory.Source.OpenConnectionAsync(Cancellation);
            return !await AvailabilityReader.HasNews(connection, 0, Cancellation);
        });
    }

    [Fact]
    public async Task While_many_write_at_once_the_bands_come_to_what_the_stock_says()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var skus = new List<string>();
        for (var i = 0; i < 12; i++) skus.Add(await inventory.Stocked(("W1", 30)));
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested) await Read();
        }, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            var random = new Random(seed + writer);
            for (var turn = 0; turn < 25; turn++)
            {
                var sku = skus[random.Next(skus.Count)];
                try
                {
                    if (random.Next(3) == 0)
                        await inventory.Receive(Receipt(sku, "W1", random.Next(1, 9), Guid.NewGuid().ToString()));
                    else await inventory.Reserve(Order(new StockLine(sku, random.Next(1, 12))));
                }
                catch (PostgresException conflict) when (conflict.SqlState is
                    PostgresErrorCodes.DivisionByZero or PostgresErrorCodes.DeadlockDetected)
                {
                    // Someone else was faster, and this order is not made.
                }
            }
        }, Cancellation)));
        await done.CancelAsync();
        await reading;
        await Read();

        await using var command = inventory.Source.CreateCommand("""
            select count(*) from inventory.stock_item s full join inventory.availability a using (sku)
            where band is distinct from case when on_hand - reserved - sold <= 0 then 'OUT_OF_STOCK'
                when on_hand - reserved - sold < 10 then 'LOW_STOCK' else 'IN_STOCK' end
                and sku = any($1)
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. skus] });
        Assert.Equal(0L, await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task A_shop_that_had_stock_before_there_were_bands_has_them_at_once()
    {
        var database = new TestDatabase();
        await using var _ = database;
        await database.InitializeAsync();
        await using var context = new InventoryDbContext(ContextOptions.Of<InventoryDbContext>(database.Source));
        await context.GetService<IMigrator>().MigrateAsync("20261122170000_Views", Cancellation);
        await context.Database.ExecuteSqlAsync(
            $"insert into inventory.stock_item values ('A', 'W1', 9, 0, 0), ('A', 'W2', 1, 0, 0), ('B', 'W1', 5, 0, 5)",
            Cancellation);

        await context.Database.MigrateAsync(Cancellation);

        await using var command = database.Source.CreateCommand(
            "select string_agg(sku || ' ' || band, ', ' order by sku) from inventory.availability_view");
        Assert.Equal("A IN_STOCK, B OUT_OF_STOCK", await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task The_reader_sees_warehouses()
    {
        await using var connection = await inventory.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await Execute(connection, "set local role shop_reader");

        await Execute(connection, "select code from inventory.warehouse_view");
    }

    /// <summary>One run of the job, without its messages.</summary>
    private async Task<List<ProductAvailability>> Read()
    {
        var moved = new List<ProductAvailability>();
        var step = new AvailabilityStep([], 0, true);
        while (step.IsFull)
        {
            await using var connection = await inventory.Source.OpenConnectionAsync(Cancellation);
            await using var transaction = await connection.BeginTransactionAsync(Cancellation);
            step = await AvailabilityReader.Read(connection, transaction, step.ReadTo, Cancellation);
            await transaction.CommitAsync(Cancellation);
            moved.AddRange(step.Moved);
        }

        return moved;
    }

    private async Task<string?> BandAfterReading(string sku)
    {
        await Read();
        await using var connection = await inventory.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await Execute(connection, "set local role shop_reader");
        await using var command = new NpgsqlCommand(
            "select band from inventory.availability_view where sku = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sku });
        return (string?)await command.ExecuteScalarAsync(Cancellation);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
