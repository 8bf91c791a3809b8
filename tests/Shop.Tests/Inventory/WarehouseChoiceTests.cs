using CsCheck;
using Shop.Contracts.Inventory;
using Shop.Workers.Inventory;
using Xunit;

namespace Shop.Tests.Inventory;

public class WarehouseChoiceTests
{
    [Fact]
    public void One_warehouse_that_has_everything_is_preferred_to_nearer_ones_that_share_it()
    {
        var choice = Choose(
            [new("A", 2), new("B", 1)],
            [new("near", "A", 5), new("nearer", "B", 5), new("far", "A", 2), new("far", "B", 1)],
            ("nearer", 1), ("near", 2), ("far", 900));

        Assert.Equal([new("far", "A", 2), new("far", "B", 1)], choice.Allocations);
    }

    [Fact]
    public void Of_two_warehouses_that_have_everything_the_nearer_is_taken_however_much_the_other_has()
    {
        var choice = Choose([new("A", 2)], [new("far", "A", 500), new("near", "A", 2)], ("near", 10), ("far", 20));

        Assert.Equal([new("near", "A", 2)], choice.Allocations);
    }

    [Fact]
    public void A_line_is_split_when_no_warehouse_has_all_of_it_and_the_most_is_taken_first()
    {
        var choice = Choose(
            [new("A", 10)], [new("x", "A", 3), new("y", "A", 6), new("z", "A", 4)], ("x", 1), ("y", 3), ("z", 2));

        Assert.Equal([new("y", "A", 6), new("z", "A", 4)], choice.Allocations);
    }

    [Fact]
    public void Warehouses_at_unknown_distances_are_taken_by_code()
    {
        var choice = Choose([new("A", 1)], [new("W2", "A", 1), new("W1", "A", 1)]);

        Assert.Equal([new("W1", "A", 1)], choice.Allocations);
    }

    [Fact]
    public void Nothing_is_allocated_when_one_line_falls_short_and_the_shortage_tells_by_how_much()
    {
        var choice = Choose(
            [new("A", 1), new("B", 5), new("C", 1)], [new("x", "A", 9), new("x", "B", 3), new("y", "B", 1)]);

        Assert.Empty(choice.Allocations);
        Assert.Equal([new("B", 5, 4), new("C", 1, 0)], choice.Shortages);
    }

    [Fact]
    public void It_is_all_or_none_and_all_exactly_when_the_stock_suffices() => Cases.Sample(
        given =>
        {
            var choice = given.Choose();
            var enough = given.Lines.All(line => given.TotalOf(line.Sku) >= line.Quantity);
            return choice.IsComplete == enough && choice.Allocations.Count > 0 == enough;
        });

    [Fact]
    public void What_is_allocated_sums_to_what_was_asked() => Cases.Sample(
        given =>
        {
            var choice = given.Choose();
            return !choice.IsComplete
                || choice.Allocations.Sum(each => each.Quantity) == given.Lines.Sum(line => line.Quantity)
                && given.Lines.All(line => line.Quantity
                    == choice.Allocations.Where(each => each.Sku == line.Sku).Sum(each => each.Quantity));
        });

    [Fact]
    public void No_allocation_exceeds_what_is_available_and_none_is_empty_or_doubled() => Cases.Sample(
        given =>
        {
            var allocations = given.Choose().Allocations;
            return allocations.All(each => each.Quantity > 0 && each.Quantity <= given.AvailableOf(each))
                && allocations.DistinctBy(each => (each.Warehouse, each.Sku)).Count() == allocations.Count;
        });

    [Fact]
    public void A_single_warehouse_is_used_whenever_one_has_everything_and_it_is_the_nearest_such() => Cases.Sample(
        given =>
        {
            var nearest = given.Stock
                .Select(each => each.Warehouse)
                .Distinct()
                .Where(given.HasEverything)
                .OrderBy(given.DistanceTo)
                .ThenBy(code => code, StringComparer.Ordinal)
                .FirstOrDefault();
            return nearest is null || given.Choose().Allocations.All(each => each.Warehouse == nearest);
        });

    [Fact]
    public void The_order_in_which_the_stock_is_listed_changes_nothing() => Gen.Select(Cases, Gen.Int).Sample(
        (given, seed) =>
        {
            var shuffled = given.Stock.ToArray();
            new Random(seed).Shuffle(shuffled);
            return given.Choose().Allocations.SequenceEqual((given with { Stock = shuffled }).Choose().Allocations);
        });

    private static Choice Choose(
        StockLine[] lines, AvailableStock[] stock, params (string Warehouse, double Distance)[] distances)
    {
        var table = distances.ToDictionary(each => each.Warehouse, each => each.Distance);
        return WarehouseChoice.Choose(
            lines, stock, warehouse => table.GetValueOrDefault(warehouse, double.PositiveInfinity));
    }

    /// <summary>Few SKUs, warehouses and distances, so that ties, splits and shortages all come up often.</summary>
    private static readonly Gen<Case> Cases =
        from quantities in Gen.Int[0, 9].Array[6]
        from available in Gen.Int[-1, 12].Array[6 * 5]
        from distances in Gen.Int[0, 3].Array[5]
        where quantities.Any(quantity => quantity > 0)
        select new Case(
            quantities.Select((quantity, sku) => new StockLine($"S{sku}", quantity))
                .Where(line => line.Quantity > 0)
                .ToArray(),
            available.Select((units, at) => new AvailableStock($"W{at % 5}", $"S{at / 5}", units)).ToArray(),
            distances);

    private sealed record Case(StockLine[] Lines, AvailableStock[] Stock, int[] Distances)
    {
        public Choice Choose() => WarehouseChoice.Choose(Lines, Stock, DistanceTo);

        public double DistanceTo(string warehouse) => Distances[warehouse[1] - '0'];

        public int TotalOf(string sku) =>
            Stock.Where(each => each.Sku == sku).Sum(each => Math.Max(0, each.Available));

        public int AvailableOf(Allocation allocation) => Stock
            .Single(each => each.Warehouse == allocation.Warehouse && each.Sku == allocation.Sku)
            .Available;

        public bool HasEverything(string warehouse) => Lines.All(line => Stock.Any(each =>
            each.Warehouse == warehouse && each.Sku == line.Sku && each.Available >= line.Quantity));
    }
}
