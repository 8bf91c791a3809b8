using CsCheck;
using Shop.Api.Admin;
using Shop.Api.Checkout;
using Shop.Contracts.Catalog;
using Xunit;
using ApiRules = Shop.Api.Admin.ProductRules;
using CatalogRules = Shop.Workers.Catalog.ProductRules;

namespace Shop.Tests.Api;

/// <summary>What the API lets through is what the catalogue takes.</summary>
public sealed class ProductRulesTests
{
    private const string Sku = "KIT-0001";

    private static readonly ProductRequest Kettle = new()
    {
        Title = "Kettle",
        CategoryId = "kitchen",
        Price = new MoneyRequest { Amount = 4_999, Currency = "USD" },
        Active = true,
    };

    private static readonly Gen<string?> Texts = AnyOf<string?>(
        null, "", " ", "Kettle", "\0", "\uD800", "\uDC00\uD800", "🫖", new string('x', 64), new string('x', 65),
        new string('x', 100), new string('x', 101), new string('x', 200), new string('x', 201), new string('x', 500),
        new string('x', 501), new string('x', 1_001), new string('x', 2_049), new string('x', 20_001));

    private static readonly Gen<IReadOnlyList<string?>?> Images = Gen.OneOf(
        Texts.Array[0, 3].Select(images => (IReadOnlyList<string?>?)images),
        AnyOf<IReadOnlyList<string?>?>(null, [.. Enumerable.Repeat("i", 20)], [.. Enumerable.Repeat("i", 21)]));

    private static readonly Gen<IReadOnlyDictionary<string, string?>?> Attributes = Gen.OneOf(
        Gen.Select(Texts, Texts, (name, value) =>
            (IReadOnlyDictionary<string, string?>?)new Dictionary<string, string?> { [name ?? "n"] = value }),
        Gen.Int[99, 102].Select(count => (IReadOnlyDictionary<string, string?>?)Enumerable.Range(0, count)
            .ToDictionary(number => $"n{number}", _ => (string?)"v")));

    private static readonly Gen<MoneyRequest?> Prices =
        from amount in AnyOf<long?>(null, -1, 0, 100_000_000_000, 100_000_000_001)
        from currency in AnyOf(null, "USD", "usd", "US", "USD\n")
        select (MoneyRequest?)new MoneyRequest { Amount = amount, Currency = currency };

    // One field at a time is odd, for else hardly anything would pass.
    private static readonly Gen<(string Sku, ProductRequest Product)> Products = Gen.OneOf(
        AnyOf("A", "", "a", "-A", "A B", new string('A', 64), new string('A', 65)).Select(sku => (sku, Kettle)),
        Texts.Select(text => (Sku, Kettle with { Title = text })),
        Texts.Select(text => (Sku, Kettle with { Description = text })),
        Texts.Select(text => (Sku, Kettle with { Brand = text })),
        Texts.Where(text => text != " ").Select(text => (Sku, Kettle with { CategoryId = text })),
        Texts.Select(text => (Sku, Kettle with { SellerId = text })),
        Prices.Select(price => (Sku, Kettle with { Price = price })),
        Images.Select(images => (Sku, Kettle with { Images = images })),
        Attributes.Select(attributes => (Sku, Kettle with { Attributes = attributes })),
        AnyOf<long?>(null, -1, 0, long.MaxValue).Select(number => (Sku, Kettle with { Popularity = number })));

    [Fact]
    public void Both_judge_alike() => Products.Sample((sku, product) =>
        ApiRules.Check(sku, product).Count == 0 == (CatalogRules.Check(Command(sku, product)).Count == 0));

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() => Assert.Equal(
        ["active", "categoryId", "price", "sku", "title"],
        ApiRules.Check("no sku", new ProductRequest()).Keys.Order());

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    /// <summary>Also of what would never become a command.</summary>
    private static PutProduct Command(string sku, ProductRequest product) => product.Price is { Amount: not null }
        ? product.ToCommand(sku, DateTimeOffset.UnixEpoch)
        : (product with { Price = new MoneyRequest { Amount = -1, Currency = "USD" } }).ToCommand(sku, DateTimeOffset.UnixEpoch);
}
