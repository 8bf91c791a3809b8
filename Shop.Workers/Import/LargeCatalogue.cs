using System.Globalization;
using Shop.Contracts;
using Shop.Contracts.Catalog;

namespace Shop.Workers.Import;

/// <summary>
/// As many products as one likes, to measure with: each follows from its number alone, so that a larger catalogue
/// begins with all of a smaller one. Few makers make much, few products sell much, prices are log-normal. All names
/// are invented.
/// </summary>
internal static class LargeCatalogue
{
    public const int MaxProducts = 2_000_000;

    /// <summary>Few shelves a product: it is the catalogue that is measured.</summary>
    public static StockPlan Stock(int quantity) => new(quantity, FewestWarehouses: 1, MostWarehouses: 2);

    /// <summary>What is written at once, on several connections.</summary>
    private const int AtOnce = 2 * ImportWriter.LargeBatchSize;

    private const string Source = "generated products";
    private const string Edition = "1";

    private static readonly string[] Makers =
    [
        .. from ending in (string[])["brook", "moor", "finch", "wold", "stead", "hollow", "wick", "field", "gate", "mere"]
           from beginning in (string[])["Alder", "Bright", "Copper", "Dun", "Elm", "Fern", "Grey", "Hart", "Iron",
               "Juniper", "Kestrel", "Lark", "Maple", "North", "Oak", "Pine", "Quill", "Raven", "Silver", "Thorn"]
           select beginning + ending,
    ];

    private static readonly string[] Series =
    [
        "Beacon", "Cinder", "Drift", "Ember", "Fable", "Grove", "Harbour", "Isle", "Jetty", "Knoll", "Lagoon", "Meadow",
        "Nimbus", "Orbit", "Prairie", "Quartz", "Ridge", "Summit", "Tundra", "Umbra", "Vista", "Willow", "Yonder",
        "Zephyr",
    ];

    private static readonly string[] Materials =
    [
        "Steel", "Oak", "Linen", "Copper", "Stoneware", "Canvas", "Aluminium", "Bamboo", "Cotton", "Glass", "Leather",
        "Walnut", "Wool", "Carbon", "Cast Iron", "Recycled",
    ];

    private static readonly string[] Colours =
        ["Slate", "Moss", "Sand", "Ink", "Chalk", "Rust", "Plum", "Amber", "Ivory", "Teal", "Charcoal", "Crimson"];

    private static readonly string[] Sizes = ["Mini", "Compact", "Medium", "Large", "Extra Large", "Family"];

    private static readonly string[] Virtues =
    [
        "It is made to last and easy to repair", "It is light, quiet and quick to set up",
        "It stands up to daily use and cleans in a minute", "It does one thing and does it well",
        "It comes assembled, with everything that it needs", "It folds flat and stores in any cupboard",
        "It was tested for years before it went on sale", "It is a favourite of those who know the trade",
    ];

    /// <summary>Writes the products up to the number that are not there yet.</summary>
    public static async Task Write(
        int count, ImportWriter writer, ImportCheckpoints checkpoints, ImportReport report,
        CancellationToken cancellationToken)
    {
        await GeneratedCatalogue.WriteWarehouses(writer, report, cancellationToken);
        report.Begin(Source, "categories");
        report.Read(LargeCatalogueTree.Categories.Count);
        await writer.WriteCategories(LargeCatalogueTree.Categories, cancellationToken);
        report.End();

        report.Begin(Source, "products");
        var stock = await writer.StockToGive(cancellationToken);
        var written = await checkpoints.Find(Source, stock, Edition, cancellationToken);
        if (written.Records > 0) report.Skipped(Math.Min(written.Records, count));
        for (var next = written.Records + 1; next <= count; next += AtOnce)
        {
            var products = Enumerable.Range(next, Math.Min(AtOnce, count - next + 1))
                .Select(number => new PlacedProduct(new RecordPlace(number), ProductOf(number))).ToList();
            await writer.WriteProducts(products, cancellationToken, ImportWriter.LargeBatchSize);
            report.Read(products.Count);
            await checkpoints.Save(
                Source, stock, Edition, products[^1].Place.Number, products[^1].Place.Number == count, cancellationToken);
        }

        report.End();
    }

    public static PutProduct ProductOf(int number)
    {
        var draws = new Draws((ulong)GeneratedCatalogue.Seed * 10_000_000 + (ulong)number);
        var kind = LargeCatalogueTree.Kinds[(int)draws.Below(LargeCatalogueTree.Kinds.Count)];
        var (maker, series) = (draws.OneOfTheFirst(Makers), draws.OneOf(Series));
        var (material, colour, size) = (draws.OneOf(Materials), draws.OneOf(Colours), draws.OneOf(Sizes));
        var model = $"{(char)('A' + draws.Below(26))}{(char)('A' + draws.Below(26))}-{100 + draws.Below(9_900)}";
        var sku = $"L{number.ToString("D8", CultureInfo.InvariantCulture)}";
        return new PutProduct
        {
            Sku = sku,
            Title = $"{maker} {series} {model} {material} {kind.Name}, {size}, {colour}",
            Description = $"The {series} {model} by {maker}, from our {kind.Department.ToLowerInvariant()} department: "
                + $"{size.ToLowerInvariant()} {kind.Name.ToLowerInvariant()} in {colour.ToLowerInvariant()} with "
                + $"{material.ToLowerInvariant()}. {draws.OneOf(Virtues)}. {draws.OneOf(Virtues)}.",
            Brand = maker,
            CategoryId = kind.CategoryId,
            Price = new Money(PriceOf(kind, draws), "USD"),
            Images = [$"https://images.example/{sku}.jpg"],
            Attributes = new Dictionary<string, string>
            {
                ["model"] = model,
                ["series"] = series,
                ["material"] = material,
                ["colour"] = colour,
                ["size"] = size,
                ["warranty"] = $"{1 + draws.Below(5)} years",
            },
            Active = true,
            Popularity = PopularityOf(draws),
        };
    }

    /// <summary>Log-normal around what its kind costs, and ending in 9 as prices do.</summary>
    private static long PriceOf(LargeCatalogueTree.Kind kind, Draws draws)
    {
        var cents = Math.Exp(kind.Scale + 0.6 * draws.Normal());
        return Math.Clamp((long)cents, 99, 9_999_999) / 10 * 10 + 9;
    }

    /// <summary>Zipf's law with exponent 1: the share that sells more than x falls as 1/x.</summary>
    private static long PopularityOf(Draws draws) => Math.Min((long)(10 / (1 - draws.Uniform())), 100_000_000);
}
