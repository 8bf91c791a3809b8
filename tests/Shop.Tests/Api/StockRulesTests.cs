using Shop.Api.Admin;
using Shop.Api.Checkout;
using Xunit;

namespace Shop.Tests.Api;

public sealed class StockRulesTests
{
    private static readonly StockReceiptRequest Receipt =
        new() { Sku = "KIT-0001", Warehouse = "W1", Quantity = 5, Reference = "note-1" };

    private static readonly AddressRequest Hill =
        new() { Name = "Depot", Line1 = "1 Way", City = "Hill", PostalCode = "55425", Country = "US" };

    private static readonly WarehouseRequest Depot = new()
    {
        Name = "Depot",
        Address = Hill,
        Latitude = 44.8,
        Longitude = -93.2,
    };

    [Fact]
    public void A_whole_receipt_passes() => Assert.Empty(StockRules.Check(Receipt));

    [Fact]
    public void A_whole_warehouse_passes() => Assert.Empty(StockRules.Check("W1", Depot));

    public static TheoryData<string, object> BadReceipts => new()
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
    public void What_is_wrong_with_a_receipt_is_named(string field, object receipt) =>
        Assert.Equal(field, Assert.Single(StockRules.Check((StockReceiptRequest)receipt)).Key);

    public static TheoryData<string, string, object> BadWarehouses => new()
    {
        { "code", "w", Depot },
        { "code", new string('W', 33), Depot },
        { "name", "W1", Depot with { Name = null } },
        { "address", "W1", Depot with { Address = null } },
        { "address.city", "W1", Depot with { Address = Hill with { City = "" } } },
        { "address.country", "W1", Depot with { Address = Hill with { Country = "us" } } },
        { "latitude", "W1", Depot with { Latitude = 90.1 } },
        { "latitude", "W1", Depot with { Latitude = double.NaN } },
        { "longitude", "W1", Depot with { Longitude = null } },
    };

    [Theory]
    [MemberData(nameof(BadWarehouses), DisableDiscoveryEnumeration = true)]
    public void What_is_wrong_with_a_warehouse_is_named(string field, string code, object warehouse) =>
        Assert.Equal(field, Assert.Single(StockRules.Check(code, (WarehouseRequest)warehouse)).Key);
}
