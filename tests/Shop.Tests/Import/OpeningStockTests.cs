using Shop.Workers.Import;
using Xunit;

namespace Shop.Tests.Import;

public sealed class OpeningStockTests
{
    private static readonly string[] Warehouses = [.. Enumerable.Range(1, 40).Select(number => $"W{number}")];

    [Fact]
    public void Each_product_lies_in_four_to_eight_different_warehouses()
    {
        var stock = new OpeningStock(Warehouses, new StockPlan(1_000));

        var counts = Skus(500).Select(sku => stock.For(sku).DistinctBy(receipt => receipt.Warehouse).Count()).ToList();

        Assert.Equal((4, 8), (counts.Min(), counts.Max()));
    }

    [Fact]
    public void The_same_sku_gets_the_same_receipts_in_whatever_order_the_warehouses_come() =>
        Assert.Equal(
            new OpeningStock(Warehouses, new StockPlan(7)).For("A-1"), new OpeningStock(Warehouses.Reverse(), new StockPlan(7)).For("A-1"));

    [Fact]
    public void Every_warehouse_gets_its_share()
    {
        var stock = new OpeningStock(Warehouses, new StockPlan(1));

        var counts = Skus(2_000).SelectMany(stock.For).CountBy(receipt => receipt.Warehouse).ToList();

        // 2,000 products in 6 of 40 warehouses each: 300 on average.
        Assert.Equal(Warehouses.Length, counts.Count);
        Assert.All(counts, count => Assert.InRange(count.Value, 200, 400));
    }

    [Fact]
    public void Few_warehouses_are_all_taken() =>
        Assert.Equal(["W1", "W2"], new OpeningStock(["W1", "W2"], new StockPlan(1)).For("A-1").Select(receipt => receipt.Warehouse));

    [Fact]
    public void No_units_mean_no_receipts() => Assert.Empty(new OpeningStock(Warehouses, new StockPlan(0)).For("A-1"));

    private static IEnumerable<string> Skus(int count) => Enumerable.Range(1, count).Select(number => $"SKU-{number}");
}
