using System.ComponentModel.DataAnnotations;
using Shop.Api.Catalog;
using Shop.Contracts.Inventory;

namespace Shop.Api.Admin;

/// <summary>The terms of a flash sale.</summary>
internal sealed record SaleRequest
{
    /// <summary>From then on. Once it has passed, it stays as it was.</summary>
    [Required]
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Until before then.</summary>
    [Required]
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Units that one person may have, with what is pending.</summary>
    [Required]
    [Range(1, StockRules.MaxQuantity)]
    public int? PerPersonLimit { get; init; }

    /// <summary>Units offered, all persons together; it does not fall below what is sold.</summary>
    [Required]
    [Range(0, StockRules.MaxQuantity)]
    public int? Quantity { get; init; }

    /// <param name="sku">Of the product.</param>
    /// <param name="now">By the database's clock.</param>
    public PutSale ToCommand(string sku, DateTimeOffset now) => new()
    {
        Sku = sku,
        StartsAt = StartsAt!.Value.ToUniversalTime(),
        EndsAt = EndsAt!.Value.ToUniversalTime(),
        PerPersonLimit = PerPersonLimit!.Value,
        Quantity = Quantity!.Value,
        AskedAt = now,
    };
}

/// <summary>What sales must be like.</summary>
internal static class SaleRules
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>Everything that is wrong, by field; empty if nothing is.</summary>
    public static Dictionary<string, string[]> Check(string sku, SaleRequest sale)
    {
        var errors = new FieldErrors();
        errors.Require("sku", Sku.IsWellFormed(sku), "It must be a SKU.");
        errors.Require("startsAt", sale.StartsAt is not null, FieldErrors.Required);
        errors.Require("endsAt", sale.EndsAt is not null, FieldErrors.Required);
        errors.Require("endsAt", sale.EndsAt > sale.StartsAt, "It must be after the start.");
        errors.Require("endsAt", sale.EndsAt - sale.StartsAt <= Longest, "It must be within a year of the start.");
        errors.Require("startsAt", sale.StartsAt?.Year is > 2000 and < 9000, "It must be a time of this age.");
        errors.Require("perPersonLimit", sale.PerPersonLimit is >= 1 and <= StockRules.MaxQuantity,
            $"It must be 1 to {StockRules.MaxQuantity}.");
        errors.Require("quantity", sale.Quantity is >= 0 and <= StockRules.MaxQuantity,
            $"It must be 0 to {StockRules.MaxQuantity}.");
        return errors.ByField;
    }
}
