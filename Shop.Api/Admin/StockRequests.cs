using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Shop.Api.Catalog;
using Shop.Api.Checkout;
using Shop.Contracts.Inventory;

namespace Shop.Api.Admin;

/// <summary>Goods that arrived.</summary>
internal sealed record StockReceiptRequest
{
    [Required]
    [Length(1, 64)]
    public string? Sku { get; init; }

    /// <summary>The code of a warehouse.</summary>
    [Required]
    [Length(1, 32)]
    public string? Warehouse { get; init; }

    [Required]
    [Range(1, StockRules.MaxQuantity)]
    public int? Quantity { get; init; }

    /// <summary>Such as the number of the delivery note: it counts once for each product and warehouse.</summary>
    [Required]
    [Length(1, StockRules.MaxReference)]
    public string? Reference { get; init; }

    public ReceiveStock ToCommand() =>
        new() { Sku = Sku!, Warehouse = Warehouse!, Quantity = Quantity!.Value, Reference = Reference! };
}

/// <summary>A warehouse as it is to be.</summary>
internal sealed record WarehouseRequest
{
    [Required]
    [Length(1, StockRules.MaxLine)]
    public string? Name { get; init; }

    [Required]
    public AddressRequest? Address { get; init; }

    /// <summary>Degrees north, WGS 84.</summary>
    [Required]
    [Range(-90d, 90d)]
    public double? Latitude { get; init; }

    /// <summary>Degrees east, WGS 84.</summary>
    [Required]
    [Range(-180d, 180d)]
    public double? Longitude { get; init; }

    public PutWarehouse ToCommand(string code) => new()
    {
        Code = code,
        Name = Name!,
        Address = Address!.ToAddress(),
        Latitude = Latitude!.Value,
        Longitude = Longitude!.Value,
    };
}

/// <summary>What receipts and warehouses must be like.</summary>
internal static partial class StockRules
{
    public const int MaxQuantity = 1_000_000;

    internal const int MaxReference = 200;
    internal const int MaxLine = 200;
    private const int MaxPostalCode = 20;

    /// <summary>Everything that is wrong, by field; empty if nothing is.</summary>
    public static Dictionary<string, string[]> Check(StockReceiptRequest receipt)
    {
        var errors = new FieldErrors();
        errors.Require("sku", !string.IsNullOrEmpty(receipt.Sku), FieldErrors.Required);
        errors.Require("sku", Sku.IsWellFormed(receipt.Sku), "It must be a SKU.");
        errors.Require("warehouse", !string.IsNullOrEmpty(receipt.Warehouse), FieldErrors.Required);
        errors.Require(
            "warehouse", WarehouseCode().IsMatch(receipt.Warehouse ?? ""), "It must be the code of a warehouse.");
        errors.Require("quantity", receipt.Quantity is not null, FieldErrors.Required);
        errors.Require("quantity", receipt.Quantity is >= 1 and <= MaxQuantity, $"It must be 1 to {MaxQuantity}.");
        errors.RequireText("reference", receipt.Reference, MaxReference);
        return errors.ByField;
    }

    public static Dictionary<string, string[]> Check(string code, WarehouseRequest warehouse)
    {
        var errors = new FieldErrors();
        errors.Require("code", WarehouseCode().IsMatch(code),
            "It must be 1 to 32 of A-Z, 0-9 and '-', and not begin with '-'.");
        errors.RequireText("name", warehouse.Name, MaxLine);
        errors.Require("address", warehouse.Address is not null, FieldErrors.Required);
        if (warehouse.Address is { } address)
        {
            errors.RequireText("address.name", address.Name, MaxLine);
            errors.RequireText("address.line1", address.Line1, MaxLine);
            errors.AllowText("address.line2", address.Line2, MaxLine);
            errors.RequireText("address.city", address.City, MaxLine);
            errors.AllowText("address.region", address.Region, MaxLine);
            errors.RequireText("address.postalCode", address.PostalCode, MaxPostalCode);
            errors.Require("address.country", Country().IsMatch(address.Country ?? ""),
                "It must be a country code of two capital letters (ISO 3166-1 alpha-2).");
        }

        errors.Require("latitude", warehouse.Latitude is >= -90 and <= 90, "It must be -90 to 90 degrees.");
        errors.Require("longitude", warehouse.Longitude is >= -180 and <= 180, "It must be -180 to 180 degrees.");
        return errors.ByField;
    }

    public static bool IsWarehouse(string code) => WarehouseCode().IsMatch(code);

    [GeneratedRegex(@"\A[A-Z0-9][A-Z0-9-]{0,31}\z")]
    private static partial Regex WarehouseCode();

    [GeneratedRegex(@"\A[A-Z]{2}\z")]
    private static partial Regex Country();
}
