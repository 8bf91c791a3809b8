using System.Text.RegularExpressions;
using Shop.Api.Catalog;

namespace Shop.Api.Admin;

/// <summary>
/// What a product must be like, as the catalogue itself will judge it: what passes here is refused there only if its
/// category has gone meanwhile.
/// </summary>
internal static partial class ProductRules
{
    public const int MaxTitle = 500;
    public const int MaxDescription = 20_000;
    public const int MaxBrand = 200;
    public const int MaxCategoryId = 64;
    public const int MaxImages = 20;
    public const int MaxImage = 2_048;
    public const int MaxAttributes = 100;
    public const int MaxAttributeName = 100;
    public const int MaxAttributeValue = 1_000;
    public const int MaxSellerId = 64;

    /// <summary>A thousand million, in cents.</summary>
    public const long MaxPrice = 100_000_000_000;

    /// <summary>Everything that is wrong, by field; empty if nothing is.</summary>
    public static Dictionary<string, string[]> Check(string sku, ProductRequest product)
    {
        var errors = new FieldErrors();
        errors.Require("sku", Sku.IsWellFormed(sku), "It must be 1 to 64 of A-Z, 0-9 and '-', and not begin with '-'.");
        errors.RequireText("title", product.Title, MaxTitle);
        errors.AllowText("description", product.Description, MaxDescription);
        errors.AllowText("brand", product.Brand, MaxBrand);
        errors.RequireText("categoryId", product.CategoryId, MaxCategoryId);
        if (product.Price is { } price)
        {
            errors.Require(
                "price.amount", price.Amount is >= 0 and <= MaxPrice, $"It must be 0 to {MaxPrice} minor units.");
            errors.Require("price.currency", price.Currency is { } currency && Currency().IsMatch(currency),
                "It must be a currency code of three capital letters (ISO 4217).");
        }
        else
        {
            errors.Require("price", false, FieldErrors.Required);
        }

        CheckImages(errors, product.Images ?? []);
        CheckAttributes(errors, product.Attributes ?? new Dictionary<string, string?>());
        errors.Require("active", product.Active is not null, FieldErrors.Required);
        errors.Require("popularity", product.Popularity is null or >= 0, "It must not be negative.");
        errors.AllowText("sellerId", product.SellerId, MaxSellerId);
        return errors.ByField;
    }

    private static void CheckImages(FieldErrors errors, IReadOnlyList<string?> images)
    {
        errors.Require("images", images.Count <= MaxImages, $"There may be at most {MaxImages}.");
        if (images.Count > MaxImages) return;
        errors.Require(
            "images", images.All(image => !string.IsNullOrWhiteSpace(image) && StorableText.Fits(image, MaxImage)),
            $"Each must be an address of 1 to {MaxImage} characters.");
    }

    private static void CheckAttributes(FieldErrors errors, IReadOnlyDictionary<string, string?> attributes)
    {
        errors.Require("attributes", attributes.Count <= MaxAttributes, $"There may be at most {MaxAttributes}.");
        if (attributes.Count > MaxAttributes) return;
        errors.Require(
            "attributes",
            attributes.All(each => each.Key.Length > 0 && StorableText.Fits(each.Key, MaxAttributeName)
                && each.Value is not null && StorableText.Fits(each.Value, MaxAttributeValue)),
            $"Each must have a name of 1 to {MaxAttributeName} characters and a value of at most {MaxAttributeValue}.");
    }

    [GeneratedRegex(@"\A[A-Z]{3}\z")]
    private static partial Regex Currency();
}
