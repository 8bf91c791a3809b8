using System.Text.Json;
using System.Text.RegularExpressions;
using Shop.Contracts;
using Shop.Contracts.Catalog;
using Shop.Workers.Catalog;

namespace Shop.Workers.Import;

/// <summary>A product of a shop window: its categories are names, its price a decimal number of US dollars.</summary>
internal sealed partial class ProductMapping(CategoryTree categories)
{
    public const int MaxProducts = 5_000_000;
    private const string Currency = "USD";

    private readonly Dictionary<string, ulong> _contents = [];

    /// <summary>How many products had the image's number of another, and got a number of their own.</summary>
    public int SharedNumbers { get; private set; }

    public Mapped<PutProduct> Map(JsonElement record)
    {
        var fields = new RecordFields(record);
        var title = fields.Text("name", ProductRules.MaxTitle);
        var description = fields.OptionalText("description", ProductRules.MaxDescription) ?? "";
        var brand = fields.OptionalText("brand", ProductRules.MaxBrand);
        var image = fields.OptionalText("image", ProductRules.MaxImage);
        var popularity = fields.OptionalWhole("popularity");
        var price = ToMinorUnits(fields.Decimal("price"));
        if (price is null)
            fields.Reject("price is not a number of whole cents from 0 up.");
        var names = new List<string>();
        foreach (var element in fields.List("categories", Category.MaxDepth))
            if (fields.TextOf(element, "categories", Category.MaxNameLength) is { } name)
                names.Add(name);
            else
                fields.Reject("categories has a member without text.");
        if (_contents.Count >= MaxProducts)
            fields.Reject($"One import takes at most {MaxProducts} products.");

        if (fields.Problem is not null)
            return new(null, fields.Problem);
        if (ChooseSku(image, StableHash.Of(string.Join('\n', title, brand, description, image))) is not { } sku)
            return new(null, "It repeats another record.");
        return new(
            new PutProduct
            {
                Sku = sku,
                Title = title,
                Description = description,
                Brand = brand,
                CategoryId = categories.Find(names).Id,
                Price = new Money(price.GetValueOrDefault(), Currency),
                Images = image is null ? [] : [image],
                Attributes = new Dictionary<string, string>(),
                Active = true,
                Popularity = popularity,
            },
            null);
    }

    /// <summary>Exact cents; null if it is finer than a cent, negative, or more than a product may cost.</summary>
    public static long? ToMinorUnits(decimal dollars)
    {
        if (dollars < 0 || dollars > ProductRules.MaxPrice / 100)
            return null;
        var cents = dollars * 100;
        return decimal.IsInteger(cents) ? (long)cents : null;
    }

    /// <summary>The number that the name of the image begins with, such as 4984700 of <c>4984700_sb.jpg</c>.</summary>
    public static string? SkuFromImage(string? image) =>
        image is not null && ImageNumber().Match(image) is { Success: true } match ? match.Groups[1].Value : null;

    private string? ChooseSku(string? image, ulong content)
    {
        var number = SkuFromImage(image);
        if (number is not null && _contents.TryAdd(number, content))
            return number;
        if (number is not null && _contents[number] == content)
            return null;
        var sku = $"H-{content:X16}";
        if (!_contents.TryAdd(sku, content))
            return null;
        if (number is not null)
            SharedNumbers++;
        return sku;
    }

    [GeneratedRegex(@"/([0-9]{1,20})[_.][^/]*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex ImageNumber();
}
