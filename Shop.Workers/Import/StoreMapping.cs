using System.Text.Json;
using Shop.Contracts;
using Shop.Contracts.Inventory;

namespace Shop.Workers.Import;

/// <summary>A shop with address and location becomes a warehouse.</summary>
internal static class StoreMapping
{
    private const int MaxText = 200;
    private const string Country = "US";

    public static Mapped<PutWarehouse> Map(JsonElement record)
    {
        var fields = new RecordFields(record);
        var id = fields.Whole("id");
        var name = fields.Text("name", MaxText);
        var line1 = fields.Text("address", MaxText);
        var line2 = fields.OptionalText("address2", MaxText);
        var city = fields.Text("city", MaxText);
        var state = fields.Text("state", 2);
        var zip = fields.Text("zip", 10);
        if (id is < 0 or > 999_999_999)
            fields.Reject("id is not a number of up to nine digits.");

        var location = new RecordFields(record.ValueKind == JsonValueKind.Object
            && record.TryGetProperty("location", out var inner) ? inner : default);
        var latitude = location.Degrees("lat", 90);
        var longitude = location.Degrees("lon", 180);
        if (location.Problem is { } problem)
            fields.Reject($"location: {problem}");

        if (fields.Problem is not null)
            return new(null, fields.Problem);
        return new(
            new PutWarehouse
            {
                Code = $"W{id}",
                Name = name,
                Address = new Address(name, line1, line2, city, state, WithLeadingZeros(zip), Country),
                Latitude = latitude,
                Longitude = longitude,
            },
            null);
    }

    /// <summary>A ZIP code has five digits; where it was kept as a number, leading zeros are lost.</summary>
    private static string WithLeadingZeros(string zip) =>
        zip.Length < 5 && zip.All(char.IsAsciiDigit) ? zip.PadLeft(5, '0') : zip;
}
