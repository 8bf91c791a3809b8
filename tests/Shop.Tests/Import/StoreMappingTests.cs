using System.Text.Json;
using Shop.Contracts;
using Shop.Contracts.Inventory;
using Shop.Workers.Import;
using Xunit;

namespace Shop.Tests.Import;

public sealed class StoreMappingTests
{
    private const string Store =
        """
        {
          "id": 1000, "type": "Big", "name": "Hill Mall", "address": "340 W Market", "address2": "", "city": "Hill",
          "state": "MN", "zip": "55425", "location": { "lat": 44.85466, "lon": -93.24565 }, "services": []
        }
        """;

    [Fact]
    public void A_store_becomes_a_warehouse()
    {
        var warehouse = Map(Store).Value!;

        Assert.Equal("W1000", warehouse.Code);
        Assert.Equal("Hill Mall", warehouse.Name);
        Assert.Equal(new Address("Hill Mall", "340 W Market", null, "Hill", "MN", "55425", "US"), warehouse.Address);
        Assert.Equal((44.85466, -93.24565), (warehouse.Latitude, warehouse.Longitude));
    }

    [Fact]
    public void A_zip_code_gets_its_leading_zero_back() =>
        Assert.Equal(
            "02128", Map(Store.Replace("55425", "2128", StringComparison.Ordinal)).Value!.Address.PostalCode);

    [Theory]
    [InlineData("1000", "null", "id is missing.")]
    [InlineData("1000", "-1", "id is not a number of up to nine digits.")]
    [InlineData("340 W Market", "", "address is missing.")]
    [InlineData("44.85466", "94.8", "location: lat is not a number of degrees from -90 to 90.")]
    [InlineData("{ \"lat\": 44.85466, \"lon\": -93.24565 }", "null", "location: The record is not an object.")]
    public void A_bad_store_is_rejected_with_its_reason(string good, string bad, string reason) =>
        Assert.Equal(reason, Map(Store.Replace(good, bad, StringComparison.Ordinal)).Reason);

    private static Mapped<PutWarehouse> Map(string json) => StoreMapping.Map(JsonElement.Parse(json));
}
