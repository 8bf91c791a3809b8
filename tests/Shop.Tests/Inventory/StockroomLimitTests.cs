using Shop.Contracts;
using Shop.Contracts.Inventory;
using Shop.Workers.Inventory;
using Xunit;

namespace Shop.Tests.Inventory;

public class StockroomLimitTests
{
    [Fact]
    public void A_reservation_with_as_many_lines_as_there_may_be_is_fine() =>
        Stockroom.Demand(Order(Lines(Stockroom.MostLines)));

    [Fact]
    public void A_reservation_without_lines_is_an_error() => Refused(Order());

    [Fact]
    public void A_reservation_with_too_many_lines_is_an_error() => Refused(Order(Lines(Stockroom.MostLines + 1)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(Stockroom.MostUnits + 1)]
    public void A_line_of_no_or_too_many_units_is_an_error(int quantity) =>
        Refused(Order(new StockLine("A", quantity)));

    [Fact]
    public void Two_lines_for_one_SKU_are_an_error() => Refused(Order(new("A", 1), new("A", 2)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(31)]
    public void A_hold_of_no_or_too_much_time_is_an_error(int days) =>
        Refused(Order(new StockLine("A", 1)) with { HoldFor = TimeSpan.FromDays(days) });

    private static void Refused(ReserveStock command) =>
        Assert.Throws<ArgumentException>(() => Stockroom.Demand(command));

    private static StockLine[] Lines(int count) =>
        Enumerable.Range(0, count).Select(number => new StockLine($"S{number}", 1)).ToArray();

    private static ReserveStock Order(params StockLine[] lines) => new()
    {
        OrderId = Guid.NewGuid(),
        Lines = lines,
        ShipTo = new Address("Ada", "1 Main Street", null, "Town", null, "55425", "US"),
        HoldFor = TimeSpan.FromMinutes(15),
    };
}
