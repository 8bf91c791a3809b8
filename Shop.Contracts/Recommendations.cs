namespace Shop.Contracts.Recommendations;

// Values

/// <summary>
/// "Customers also bought" as it stands in Redis: under <see cref="KeyOf"/> the SKUs that go with a product, the best
/// first. It may be lost at any time; a key that is missing says nothing.
/// </summary>
public static class RelatedProducts
{
    /// <summary>How many are kept for a product.</summary>
    public const int Most = 20;

    public static string KeyOf(string sku) => $"rec:{{{sku}}}";

    public static string Write(IEnumerable<string> skus) => string.Join(' ', skus);

    public static IReadOnlyList<string> Read(string stored) => stored.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
