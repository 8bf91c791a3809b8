using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>The <c>lines</c> of a <see cref="Reservation"/> as JSON; views read the same names.</summary>
internal static class ReservationLines
{
    public static string Write(IReadOnlyList<Allocation> allocations) =>
        JsonSerializer.Serialize(allocations, ReservationJson.Default.IReadOnlyListAllocation);

    public static string Write(IReadOnlyList<Shortage> shortages) =>
        JsonSerializer.Serialize(shortages, ReservationJson.Default.IReadOnlyListShortage);

    public static string? Write(IReadOnlyList<Purchase> purchases) => purchases.Count == 0
        ? null
        : JsonSerializer.Serialize(purchases, ReservationJson.Default.IReadOnlyListPurchase);

    public static IReadOnlyList<Allocation> Allocations(string lines) =>
        JsonSerializer.Deserialize(lines, ReservationJson.Default.IReadOnlyListAllocation)!;

    public static IReadOnlyList<Shortage> Shortages(string lines) =>
        JsonSerializer.Deserialize(lines, ReservationJson.Default.IReadOnlyListShortage)!;

    public static IReadOnlyList<Purchase> Purchases(string? lines) =>
        lines is null ? [] : JsonSerializer.Deserialize(lines, ReservationJson.Default.IReadOnlyListPurchase)!;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<Allocation>))]
[JsonSerializable(typeof(IReadOnlyList<Shortage>))]
[JsonSerializable(typeof(IReadOnlyList<Purchase>))]
internal sealed partial class ReservationJson : JsonSerializerContext;
