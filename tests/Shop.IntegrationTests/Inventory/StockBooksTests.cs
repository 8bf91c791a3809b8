using Microsoft.EntityFrameworkCore;
using Shop.Contracts.Inventory;
using Shop.Workers.Inventory;
using Xunit;
using static Shop.IntegrationTests.Inventory.InventoryFixture;

namespace Shop.IntegrationTests.Inventory;

public sealed class StockBooksTests(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receipt_counts_once_per_reference()
    {
        var sku = await inventory.Stocked();
        var receipt = Receipt(sku, "W1", 7, "note-1");

        var outcomes = await inventory.Receive(receipt, receipt);

        Assert.Equal([ReceiveOutcome.Received, ReceiveOutcome.AlreadyReceived], outcomes);
        Assert.Equal([ReceiveOutcome.AlreadyReceived], await inventory.Receive(receipt));
        Assert.Equal([ReceiveOutcome.Received], await inventory.Receive(receipt with { Reference = "note-2" }));

        Assert.Equal((14, 0, 0), await inventory.Stock(sku));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(Stockroom.MostUnits + 1)]
    public async Task A_receipt_of_no_or_too_many_units_is_refused_and_its_neighbour_is_not(int quantity)
    {
        var sku = await inventory.Stocked();

        var outcomes = await inventory.Receive(Receipt(sku, "W1", quantity), Receipt(sku, "W2", 1));

        Assert.Equal([ReceiveOutcome.Refused, ReceiveOutcome.Received], outcomes);
        Assert.Equal((1, 0, 0), await inventory.Stock(sku));
    }

    [Fact]
    public async Task Whoever_reads_availability_sees_what_can_be_promised_and_its_band()
    {
        var sku = await inventory.Stocked(("W1", 8), ("W2", 4));
        var bands = new List<(long, string)> { await Availability(sku) };
        await inventory.Reserve(Order(new StockLine(sku, 3)));
        bands.Add(await Availability(sku));
        await inventory.Reserve(Order(new StockLine(sku, 9)));
        bands.Add(await Availability(sku));

        Assert.Equal([(12, "IN_STOCK"), (9, "LOW_STOCK"), (0, "OUT_OF_STOCK")], bands);
    }

    [Fact]
    public async Task The_ledger_tells_the_life_of_an_order()
    {
        var sku = await inventory.Stocked(("W1", 5));
        var command = Order(new StockLine(sku, 3));
        await inventory.Reserve(command);
        await inventory.Sell(command.OrderId);
        await inventory.Release(command.OrderId);

        await using var context = inventory.Context();
        var kinds = await context.LedgerEntries.Where(entry => entry.Sku == sku)
            .OrderBy(entry => entry.Id).Select(entry => entry.Kind).ToListAsync(Cancellation);

        Assert.Equal([LedgerKind.Received, LedgerKind.Reserved, LedgerKind.Sold, LedgerKind.Unsold], kinds);
        Assert.True((await inventory.Audit()).IsClean);
    }

    private async Task<(long Available, string Band)> Availability(string sku)
    {
        await using var connection = await inventory.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"set local role shop_reader; select available, band from inventory.availability_view where sku = '{sku}'";
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        await reader.ReadAsync(Cancellation);
        return (reader.GetInt64(0), reader.GetString(1));
    }
}
