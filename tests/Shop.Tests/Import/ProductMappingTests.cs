using System.Globalization;
using System.Text.Json;
using Shop.Contracts;
using Shop.Contracts.Catalog;
using Shop.Workers.Catalog;
using Shop.Workers.Import;
using Xunit;

namespace Shop.Tests.Import;

public sealed class ProductMappingTests
{
    private const string Phone =
        """
        {
          "name": "Candle 3 - Phone", "description": "Lights up.", "brand": "Wick", "price": 49.99,
          "categories": ["Phones", "Prepaid"], "image": "https://images.example/4984700_sb.jpg", "popularity": 21449
        }
        """;

    [Fact]
    public void A_product_is_taken_with_all_its_fields()
    {
        var product = Map(Phone).Value!;

        Assert.Equal("Candle 3 - Phone", product.Title);
        Assert.Equal("Lights up.", product.Description);
        Assert.Equal("Wick", product.Brand);
        Assert.Equal(new Money(4999, "USD"), product.Price);
        Assert.Equal("prepaid", product.CategoryId);
        Assert.Equal(["https://images.example/4984700_sb.jpg"], product.Images);
        Assert.Equal(21449, product.Popularity);
        Assert.True(product.Active);
    }

    [Theory]
    [InlineData("49.99", 4999)]
    [InlineData("0.1", 10)]
    [InlineData("0.29", 29)]
    [InlineData("1.15", 115)]
    [InlineData("4.35", 435)]
    [InlineData("1001.10", 100_110)]
    [InlineData("64.10000", 6410)]
    [InlineData("1e2", 10_000)]
    [InlineData("0", 0)]
    [InlineData("1000000000", 100_000_000_000)]
    public void A_price_becomes_exact_cents(string dollars, long cents) =>
        Assert.Equal(cents, Map(WithPrice(dollars)).Value!.Price.Amount);

    [Fact]
    public void Every_price_of_two_decimals_up_to_a_thousand_dollars_becomes_its_own_cents()
    {
        for (var cents = 0; cents <= 100_000; cents++)
        {
            var dollars = string.Create(CultureInfo.InvariantCulture, $"{cents / 100}.{cents % 100:D2}");
            Assert.Equal(cents, ProductMapping.ToMinorUnits(decimal.Parse(dollars, CultureInfo.InvariantCulture)));
        }
    }

    [Theory]
    [InlineData("49.999")]
    [InlineData("-0.01")]
    [InlineData("1000000000.01")]
    [InlineData("1e40")]
    [InlineData("\"49.99\"")]
    [InlineData("null")]
    public void A_price_that_is_not_exact_cents_within_bounds_is_rejected(string price)
    {
        var (product, reason) = Map(WithPrice(price));

        Assert.Null(product);
        Assert.Contains("price", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://images.example/4984700_sb.jpg", "4984700")]
    [InlineData("https://images.example/8737187_220x260_sb.jpg", "8737187")]
    [InlineData("https://images.example/77/12.png", "12")]
    [InlineData("https://images.example/77/picture.png", null)]
    [InlineData(null, null)]
    public void The_sku_is_the_number_of_the_image(string? image, string? sku) =>
        Assert.Equal(sku, ProductMapping.SkuFromImage(image));

    [Fact]
    public void Without_a_number_the_sku_is_a_hash_that_stays()
    {
        var text = Phone.Replace("4984700_sb", "front", StringComparison.Ordinal);

        var sku = Map(text).Value!.Sku;

        Assert.Equal(sku, Map(text).Value!.Sku);
        Assert.StartsWith("H-", sku, StringComparison.Ordinal);
        Assert.True(ProductRules.IsSku(sku));
    }

    [Fact]
    public void Another_product_with_the_same_image_number_gets_a_sku_of_its_own_and_is_counted()
    {
        var mapping = new ProductMapping(Tree());
        var first = mapping.Map(Parse(Phone)).Value!;

        var second = mapping.Map(Parse(Phone.Replace("Candle 3", "Candle 4", StringComparison.Ordinal))).Value!;

        Assert.Equal("4984700", first.Sku);
        Assert.StartsWith("H-", second.Sku, StringComparison.Ordinal);
        Assert.Equal(1, mapping.SharedNumbers);
    }

    [Fact]
    public void The_same_product_again_is_rejected_as_a_repeat()
    {
        var mapping = new ProductMapping(Tree());
        mapping.Map(Parse(Phone));

        Assert.Equal("It repeats another record.", mapping.Map(Parse(Phone)).Reason);
    }

    [Theory]
    [InlineData("\"name\": \"Candle 3 - Phone\"", "\"name\": \" \"", "name is missing.")]
    [InlineData("\"name\": \"Candle 3 - Phone\"", "\"name\": 7", "name is not text.")]
    [InlineData("\"name\": \"Candle 3 - Phone\"", "\"name\": \"a\\u0000b\"", "name is not valid Unicode.")]
    [InlineData("\"name\": \"Candle 3 - Phone\"", "\"name\": \"a\\ud800b\"", "name is not valid Unicode.")]
    [InlineData("[\"Phones\", \"Prepaid\"]", "[]", "categories is not a list with something in it.")]
    [InlineData("[\"Phones\", \"Prepaid\"]", "[\"Phones\", null]", "categories has a member without text.")]
    [InlineData("21449", "1.5", "popularity is not a whole number.")]
    public void A_bad_record_is_rejected_with_its_reason(string good, string bad, string reason) =>
        Assert.Equal(reason, Map(Phone.Replace(good, bad, StringComparison.Ordinal)).Reason);

    [Fact]
    public void A_title_that_is_too_long_is_rejected() =>
        Assert.Equal(
            "name is longer than 500 characters.",
            Map(Phone.Replace("Candle 3", new string('x', 501), StringComparison.Ordinal)).Reason);

    [Fact]
    public void A_record_that_is_no_object_is_rejected() =>
        Assert.Equal("The record is not an object.", Map("[1]").Reason);

    private static Mapped<PutProduct> Map(string json) => new ProductMapping(Tree()).Map(Parse(json));

    private static string WithPrice(string price) => Phone.Replace("49.99", price, StringComparison.Ordinal);

    private static JsonElement Parse(string json) => JsonElement.Parse(json);

    private static CategoryTree Tree() => new(
    [
        CategoryMapping.FromPath([new("phones", "Phones")]),
        CategoryMapping.FromPath([new("phones", "Phones"), new("prepaid", "Prepaid")]),
    ]);
}
