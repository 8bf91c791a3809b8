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
}
