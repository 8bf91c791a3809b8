using System.ComponentModel.DataAnnotations;
using Shop.Api.Admin;
using Shop.Api.Catalog;
using Shop.Api.Http;
using Shop.Contracts.Returns;

namespace Shop.Api.Returns;

/// <summary>
/// What a client wants to send back. The attributes only document: <see cref="ReturnRules"/> says all that is wrong at once.
/// </summary>
internal sealed record ReturnRequest
{
    /// <summary>One line a SKU.</summary>
    [Required]
    [Length(1, ReturnRules.MostLines)]
    public IReadOnlyList<ReturnLineRequest>? Lines { get; init; }
}

internal sealed record ReturnLineRequest
{
    [Required]
    [Length(1, 64)]
    public string? Sku { get; init; }

    [Required]
    [Range(1, ReturnRules.MostUnits)]
    public int? Quantity { get; init; }

    /// <summary>Why, in the customer's words.</summary>
    [Required]
    [Length(1, ReturnRules.LongestReason)]
    public string? Reason { get; init; }
}

/// <summary>What came back of a return, as it was found.</summary>
internal sealed record ReturnReceiptRequest
{
    /// <summary>The code of the warehouse where it is; left out, the one that the label led to.</summary>
    [Length(1, 32)]
    public string? Warehouse { get; init; }

    /// <summary>One line a SKU and condition; never more of a SKU than the return was for.</summary>
    [Required]
    [Length(1, ReturnRules.MostLines)]
    public IReadOnlyList<ReturnReceiptLineRequest>? Lines { get; init; }
}

internal sealed record ReturnReceiptLineRequest
{
    [Required]
    [Length(1, 64)]
    public string? Sku { get; init; }

    [Required]
    [Range(1, ReturnRules.MostUnits)]
    public int? Quantity { get; init; }

    /// <summary><c>SELLABLE</c> (refunded and in stock again), <c>DAMAGED</c> (refunded) or <c>REFUSED</c> (neither).</summary>
    [AllowedValues(null, ReturnCondition.Sellable, ReturnCondition.Damaged, ReturnCondition.Refused)]
    public string? Condition { get; init; }

    public ReceivedLine ToLine() => new(Sku!, Quantity!.Value, Condition ?? ReturnCondition.Sellable);
}

internal static class ReturnRules
{
    public const int MostLines = 100;
    public const int MostUnits = 10_000;
    public const int LongestReason = 500;

    private static readonly string ACondition = $"It must be one of {string.Join(", ", ReturnCondition.All)}.";

    /// <summary>Everything that is wrong, by field; empty if nothing is.</summary>
    public static Dictionary<string, string[]> Check(ReturnRequest request)
    {
        var errors = new FieldErrors();
        var lines = CountLines(errors, request.Lines);
        for (var i = 0; i < lines.Count; i++)
        {
            CheckUnits(errors, i, lines[i]?.Sku, lines[i]?.Quantity);
            errors.Require($"lines[{i}].reason", !string.IsNullOrWhiteSpace(lines[i]?.Reason), FieldErrors.Required);
            errors.Require($"lines[{i}].reason", Text.IsText(lines[i]?.Reason, LongestReason, lines: true),
                $"It must be text of at most {LongestReason} characters.");
        }

        errors.Require("lines", lines.Select(line => line?.Sku).Distinct().Count() == lines.Count, "Two lines are for the same SKU.");
        return errors.ByField;
    }

    /// <summary>Everything that is wrong, by field; empty if nothing is.</summary>
    public static Dictionary<string, string[]> Check(ReturnReceiptRequest receipt, IReadOnlyList<ReturnLine> asked)
    {
        var errors = new FieldErrors();
        var lines = CountLines(errors, receipt.Lines);
        for (var i = 0; i < lines.Count; i++)
        {
            CheckUnits(errors, i, lines[i]?.Sku, lines[i]?.Quantity);
            errors.Require(
                $"lines[{i}].condition", lines[i]?.Condition is not { } word || ReturnCondition.All.Contains(word), ACondition);
        }

        foreach (var came in lines.GroupBy(line => line?.Sku, line => (long)(line?.Quantity ?? 0)))
            errors.Require("lines", came.Sum() <= asked.Where(line => line.Sku == came.Key).Sum(line => (long)line.Quantity),
                "More units of a SKU than the return is for.");
        return errors.ByField;
    }

    private static IReadOnlyList<T> CountLines<T>(FieldErrors errors, IReadOnlyList<T>? lines)
    {
        errors.Require("lines", lines is { Count: > 0 }, FieldErrors.Required);
        errors.Require("lines", lines is null or { Count: <= MostLines }, $"There may be {MostLines} lines.");
        return lines is { Count: <= MostLines } ? lines : [];
    }

    private static void CheckUnits(FieldErrors errors, int i, string? sku, int? quantity)
    {
        errors.Require($"lines[{i}].sku", !string.IsNullOrEmpty(sku), FieldErrors.Required);
        errors.Require($"lines[{i}].sku", Sku.IsWellFormed(sku), "It must be a SKU.");
        errors.Require($"lines[{i}].quantity", quantity is not null, FieldErrors.Required);
        errors.Require($"lines[{i}].quantity", quantity is >= 1 and <= MostUnits, $"It must be 1 to {MostUnits}.");
    }
}
