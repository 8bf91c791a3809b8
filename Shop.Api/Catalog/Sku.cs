using System.Text.RegularExpressions;

namespace Shop.Api.Catalog;

/// <summary>What a SKU looks like. Anything else is known to be no product without asking the catalogue.</summary>
internal static partial class Sku
{
    public static bool IsWellFormed(string? sku) => sku is not null && Shape().IsMatch(sku);

    [GeneratedRegex(@"\A[A-Z0-9][A-Z0-9-]{0,63}\z")]
    private static partial Regex Shape();
}
