using Shop.Api.Admin;
using Shop.Api.Checkout;
using Xunit;

namespace Shop.Tests.Api;

public sealed class StockRulesTests
{
    private static readonly StockReceiptRequest Receipt =
        new() { Sku = "KIT-0001", Warehouse = "W1", Quantity = 5, Reference = "note-1" };

    private static readonly WarehouseRequest Depot = new()
    {
        Name = "Depot",
        Address = new AddressRequest { Name = "Depot", Line1 = "1 Way", City = "Hill", PostalCode = "55425", Country = "US" },
        Latitude = 44.8,
        Longitude = -93.2,
    };

    [Fact]
    public void A_whole_receipt_passes() => Assert.Empty(StockRules.Check(Receipt));

    [Fact]
    public void A_whole_warehouse_passes() => Assert.Empty(StockRules.Check("W1", Depot));

    public static TheoryData<string, StockReceiptRequest> BadReceipts => new()
    {
        { "sku", Receipt with { Sku = null } },
        { "sku", Receipt with { Sku = "kit" } },
        { "warehouse", Receipt with { Warehouse = "" } },
        { "warehouse", Receipt with { Warehouse = "w 1" } },
        { "quantity", Receipt with { Quantity = null } },
        { "quantity", Receipt with { Quantity = 0 } },
        { "quantity", Receipt with { Quantity = StockRules.MaxQuantity + 1 } },
        { "reference", Receipt with { Reference = " " } },
        { "reference", Receipt with { Reference = new string('x', 201) } },
    };

    [Theory]
    [MemberData(nameof(BadReceipts), DisableDiscoveryEnumeration = true)]
    internal void What_is_wrong_with_a_receipt_is_named(string field, StockReceiptRequest receipt) =>
        Assert.Equal(field, Assert.Single(StockRules.Check(receipt)).Key);

    public static TheoryData<string, string, WarehouseRequest> BadWarehouses => new()
    {
        { "code", "w", Depot },
        { "code", new string('W', 33), Depot },
        { "name", "W1", Depot with { Name = null } },
        { "address", "W1", Depot with { Address = null } },
        { "address.city", "W1", Depot with { Address = Depot.Address with { City = "" } } },
        { "address.country", "W1", Depot with { Address = Depot.Address with { Country = "us" } } },
        { "latitude", "W1", Depot with { Latitude = 90.1 } },
        { "latitude", "W1", Depot with { Latitude = double.NaN } },
        { "longitude", "W1", Depot with { Longitude = null } },
    };

    [Theory]
    [MemberData(nameof(BadWarehouses), DisableDiscoveryEnumeration = true)]
    internal void What_is_wrong_with_a_warehouse_is_named(string field, string code, WarehouseRequest warehouse) =>
        Assert.Equal(field, Assert.Single(StockRules.Check(code, warehouse)).Key);
}
