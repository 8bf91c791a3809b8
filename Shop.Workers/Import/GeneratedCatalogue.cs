using Shop.Contracts;
using Shop.Contracts.Catalog;
using Shop.Contracts.Inventory;
using Shop.Workers.Catalog;

namespace Shop.Workers.Import;

/// <summary>
/// A small shop out of nothing, always the same: 20 categories, 200 products, 12 warehouses. Names of makers and
/// things are invented.
/// </summary>
internal static class GeneratedCatalogue
{
    public const int Seed = 20_260_101;
    private const int ProductCount = 200;
    private const string Source = "generated";

    private static readonly (string Name, string Code, string[] Below)[] Departments =
    [
        ("Kitchen", "KIT", ["Kettles", "Pans", "Skillets"]),
        ("Garden", "GAR", ["Spades", "Watering Cans", "Lanterns"]),
        ("Desk", "DSK", ["Lamps", "Notebooks", "Pens"]),
        ("Outdoors", "OUT", ["Tents", "Flasks", "Backpacks"]),
        ("Sound", "SND", ["Speakers", "Radios", "Turntables"]),
    ];

    private static readonly string[] Makers =
        ["Alderbrook", "Brightmoor", "Copperfinch", "Dunwold", "Elmstead", "Fernhollow", "Greywick", "Hartsel"];

    private static readonly string[] Lines =
        ["Beacon", "Cinder", "Drift", "Ember", "Fable", "Grove", "Harbour", "Isle", "Juniper", "Kestrel"];

    private static readonly string[] Colours =
        ["Slate", "Moss", "Sand", "Ink", "Chalk", "Rust", "Plum"];

    private static readonly string[] Materials =
        ["Steel", "Oak", "Linen", "Copper", "Stoneware", "Canvas"];

    private static readonly (string City, string Region, string Zip, double Latitude, double Longitude)[] Places =
    [
        ("Albany", "NY", "12207", 42.6526, -73.7562),
        ("Boise", "ID", "83702", 43.6150, -116.2023),
        ("Columbus", "OH", "43215", 39.9612, -82.9988),
        ("Denver", "CO", "80202", 39.7392, -104.9903),
        ("El Paso", "TX", "79901", 31.7619, -106.4850),
        ("Fresno", "CA", "93721", 36.7378, -119.7871),
        ("Greensboro", "NC", "27401", 36.0726, -79.7920),
        ("Huntsville", "AL", "35801", 34.7304, -86.5861),
        ("Indianapolis", "IN", "46204", 39.7684, -86.1581),
        ("Jacksonville", "FL", "32202", 30.3322, -81.6557),
        ("Kansas City", "MO", "64106", 39.0997, -94.5786),
        ("Lincoln", "NE", "68508", 40.8136, -96.7026),
    ];

    public static IReadOnlyList<PutCategory> Categories { get; } =
        [.. Departments.SelectMany(NodesOf).OrderBy(put => put.Category.Path.Count)];

    public static IReadOnlyList<PutWarehouse> Warehouses { get; } =
        [.. Places.Select((place, index) => WarehouseAt(place, index + 1))];

    public static IReadOnlyList<PutProduct> Products { get; } =
        [.. Enumerable.Range(1, ProductCount).Select(ProductOf)];

    public static async Task Write(ImportWriter writer, ImportReport report, CancellationToken cancellationToken)
    {
        report.Begin(Source, "categories");
        report.Read(Categories.Count);
        await writer.WriteCategories(Categories, cancellationToken);
        report.End();

        await WriteWarehouses(writer, report, cancellationToken);
        report.Begin(Source, "products");
        report.Read(Products.Count);
        await writer.WriteProducts(
            [.. Products.Select((product, index) => new PlacedProduct(new RecordPlace(index + 1), product))], cancellationToken);
        report.End();
    }

    public static async Task WriteWarehouses(
        ImportWriter writer, ImportReport report, CancellationToken cancellationToken)
    {
        report.Begin(Source, "warehouses");
        report.Read(Warehouses.Count);
        await writer.WriteWarehouses(Warehouses, cancellationToken);
        report.End();
    }

    private static IEnumerable<PutCategory> NodesOf((string Name, string Code, string[] Below) department)
    {
        var root = new CategoryStep(IdOf(department.Name), department.Name);
        yield return new PutCategory(CategoryMapping.FromPath([root]), Replaces: true);
        foreach (var name in department.Below)
            yield return new PutCategory(
                CategoryMapping.FromPath([root, new CategoryStep(IdOf(name), name)]), Replaces: true);
    }

    private static PutWarehouse WarehouseAt(
        (string City, string Region, string Zip, double Latitude, double Longitude) place, int number) => new()
        {
            Code = $"G{number:D2}",
            Name = $"{place.City} Depot",
            Address = new Address(
                $"{place.City} Depot", $"{number} Depot Road", null, place.City, place.Region, place.Zip, "US"),
            Latitude = place.Latitude,
            Longitude = place.Longitude,
        };

    private static PutProduct ProductOf(int number)
    {
        var draws = new Draws((ulong)Seed * 1_000 + (ulong)number);
        var department = Departments[number % Departments.Length];
        var kind = department.Below[number / Departments.Length % department.Below.Length];
        var (maker, line) = (draws.OneOf(Makers), draws.OneOf(Lines));
        var (colour, material) = (draws.OneOf(Colours), draws.OneOf(Materials));
        var thing = kind.TrimEnd('s');
        return new PutProduct
        {
            Sku = $"{department.Code}-{number:D4}",
            Title = $"{maker} {line} {thing} - {colour}",
            Description = $"The {line} {thing.ToLowerInvariant()} by {maker}: {material.ToLowerInvariant()}, "
                + $"in {colour.ToLowerInvariant()}. Made to be used daily and repaired easily.",
            Brand = maker,
            CategoryId = IdOf(kind),
            Price = new Money(draws.Below(300) * 100 + 499, "USD"),
            Images = [],
            Attributes = new Dictionary<string, string> { ["colour"] = colour, ["material"] = material },
            Active = true,
            Popularity = draws.Below(10_000),
        };
    }

    private static string IdOf(string name) => name.ToLowerInvariant().Replace(' ', '-');
}
