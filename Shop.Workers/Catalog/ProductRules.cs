using System.Text.RegularExpressions;
using Shop.Contracts.Catalog;

namespace Shop.Workers.Catalog;

/// <summary>What a product must be like to be put on sale, apart from what only the database knows.</summary>
internal static partial class ProductRules
{
    public const int MaxTitle = 500;
    public const int MaxDescription = 20_000;
    public const int MaxBrand = 200;
    public const int MaxImages = 20;
    public const int MaxImage = 2_048;
    public const int MaxAttributes = 100;
    public const int MaxAttributeName = 100;
    public const int MaxAttributeValue = 1_000;
    public const int MaxSellerId = 64;

    /// <summary>A thousand million, in cents.</summary>
    public const long MaxPrice = 100_000_000_000;

    /// <summary>Every reason to refuse it; none if it may be put.</summary>
    public static IReadOnlyList<string> Check(PutProduct product)
    {
        var reasons = new List<string>();
        void Require(bool holds, string otherwise)
        {
            if (!holds)
                reasons.Add(otherwise);
        }

        Require(IsSku(product.Sku), "The SKU must be 1 to 64 of A-Z, 0-9 and '-', and not begin with '-'.");
        Require(!string.IsNullOrWhiteSpace(product.Title), "A title is required.");
        Require(Fits(product.Title, MaxTitle), $"The title must be text of at most {MaxTitle} characters.");
        Require(Fits(product.Description, MaxDescription),
            $"The description must be text of at most {MaxDescription} characters.");
        Require(product.Brand is null || Fits(product.Brand, MaxBrand),
            $"The brand must be text of at most {MaxBrand} characters.");
        Require(!string.IsNullOrEmpty(product.CategoryId) && Fits(product.CategoryId, Category.MaxIdLength),
            "A category is required.");
        Require(product.Price is { Amount: >= 0 and <= MaxPrice },
            $"The price must be 0 to {MaxPrice} minor units.");
        Require(product.Price is { Currency: { } currency } && CurrencyShape().IsMatch(currency),
            "The currency must be an ISO 4217 code.");
        Require(product.Popularity is null or >= 0, "The popularity must not be negative.");
        Require(product.SellerId is null || Fits(product.SellerId, MaxSellerId),
            $"The seller must be text of at most {MaxSellerId} characters.");
        Require(product.Images is { Count: <= MaxImages }, $"There may be at most {MaxImages} images.");
        Require(product.Images is null || product.Images.Take(MaxImages).All(IsImage),
            $"An image must be an address of 1 to {MaxImage} characters.");
        Require(product.Attributes is { Count: <= MaxAttributes },
            $"There may be at most {MaxAttributes} attributes.");
        Require(product.Attributes is null || product.Attributes.Take(MaxAttributes).All(IsAttribute),
            $"An attribute must have a name of 1 to {MaxAttributeName} characters and a value of at most "
            + $"{MaxAttributeValue}.");
        return reasons;
    }

    public static bool IsSku(string? sku) => sku is not null && SkuShape().IsMatch(sku);

    /// <summary>PostgreSQL stores any text but the character NUL and halves of surrogate pairs.</summary>
    public static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
                return false;
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }

    private static bool Fits(string? text, int longest) =>
        text is not null && text.Length <= longest && IsStorable(text);

    private static bool IsImage(string? image) => !string.IsNullOrWhiteSpace(image) && Fits(image, MaxImage);

    private static bool IsAttribute(KeyValuePair<string, string> attribute) =>
        attribute.Key.Length > 0 && Fits(attribute.Key, MaxAttributeName)
        && Fits(attribute.Value, MaxAttributeValue);

    [GeneratedRegex(@"\A[A-Z0-9][A-Z0-9-]{0,63}\z")]
    private static partial Regex SkuShape();

    [GeneratedRegex(@"\A[A-Z]{3}\z")]
    private static partial Regex CurrencyShape();
}
