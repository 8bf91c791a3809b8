using Shop.Contracts;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Workers.Fulfillment;
using Xunit;

namespace Shop.Tests.Fulfillment;

public sealed class ParcelSplitTests
{
    private static readonly Guid OrderId = Guid.Parse("0192f3a4-5b6c-7d8e-9f00-112233445566");

    [Fact]
    public void Each_warehouse_sends_a_parcel_and_the_first_carries_the_shipping()
    {
        var parcels = ParcelSplit.Of(Order(
            2_599, [("KETTLE", 1, 1_000), ("CUP", 2, 500)],
            new("W2", "KETTLE", 1), new("W1", "CUP", 1), new("W2", "CUP", 1)));

        Assert.Equal(["W2", "W1"], parcels.Select(parcel => parcel.Warehouse));
        Assert.Equal([2_099L, 500L], parcels.Select(parcel => parcel.Amount));
        Assert.Equal([599L, 0L], parcels.Select(parcel => parcel.ShippingAmount));
        Assert.Equal([new StockLine("KETTLE", 1), new StockLine("CUP", 1)], parcels[0].Goods);
    }

    [Fact]
    public void The_same_order_has_the_same_parcels_whenever_it_comes()
    {
        var order = Order(1_500, [("CUP", 3, 500)], new("W1", "CUP", 2), new("W2", "CUP", 1));

        Assert.Equal(ParcelSplit.Of(order).Select(parcel => parcel.Id), ParcelSplit.Of(order).Select(parcel => parcel.Id));
        Assert.Equal(2, ParcelSplit.Of(order).Select(parcel => parcel.Id).Distinct().Count());
    }

    [Fact]
    public void What_replaces_a_parcel_costs_what_it_did_and_is_another()
    {
        var parcel = ParcelSplit.Of(Order(1_599, [("CUP", 3, 500)], new Allocation("W1", "CUP", 3)))[0];

        var others = ParcelSplit.Replace(parcel, [new("W2", "CUP", 1), new("W3", "CUP", 2)]);

        Assert.Equal([599L, 1_000L], others.Select(other => other.Amount));
        Assert.DoesNotContain(parcel.Id, others.Select(other => other.Id));
        Assert.All(others, other => Assert.Equal(OrderId, other.OrderId));
    }

    [Fact]
    public void However_it_is_split_and_split_again_the_parts_sum_to_the_whole()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var lines = Enumerable.Range(0, 1 + random.Next(5))
                .Select(line => ($"SKU-{line}", 1 + random.Next(9), random.NextInt64(100_000))).ToList();
            var total = lines.Sum(line => line.Item2 * line.Item3) + random.Next(2_000);
            var parcels = ParcelSplit.Of(Order(
                total, lines, Scatter(random, lines.Select(line => new StockLine(line.Item1, line.Item2)))));
            Assert.Equal(total, parcels.Sum(parcel => parcel.Amount));

            var others = ParcelSplit.Replace(parcels[0], Scatter(random, parcels[0].Goods));
            Assert.Equal(parcels[0].Amount, others.Sum(other => other.Amount));
            Assert.Equal(
                parcels[0].Goods.Sum(line => line.Quantity), others.SelectMany(other => other.Goods).Sum(line => line.Quantity));
        }
    }

    /// <summary>Each unit from some warehouse.</summary>
    private static Allocation[] Scatter(Random random, IEnumerable<StockLine> lines) =>
    [
        .. lines.SelectMany(line => Enumerable.Range(0, line.Quantity).Select(_ => (line.Sku, Warehouse: $"W{random.Next(4)}")))
            .GroupBy(unit => unit).Select(units => new Allocation(units.Key.Warehouse, units.Key.Sku, units.Count())),
    ];

    private static OrderConfirmed Order(
        long total, IEnumerable<(string Sku, int Quantity, long Price)> lines, params Allocation[] allocations) => new()
    {
        OrderId = OrderId,
        Owner = "guest:test",
        Email = "a@example.org",
        ShippingAddress = new Address("A", "1 Main St", null, "Bloomington", "MN", "55425", "US"),
        ShippingMethod = "STANDARD",
        Lines = [.. lines.Select(line => new OrderLine(line.Sku, line.Sku, line.Quantity, new Money(line.Price, "USD")))],
        Allocations = allocations,
        Total = new Money(total, "USD"),
    };
}
