using System.Text.Json;
using Shop.Api.Http;
using Shop.Api.Reads;
using Shop.Contracts;
using Shop.Messaging.Hosting;

namespace Shop.Api.Catalog;

/// <summary>A product as lists show it: in a category, among what was found, beside another product.</summary>
internal sealed record ProductCard
{
    public required string Sku { get; init; }
    public required string Title { get; init; }
    public required string? Brand { get; init; }
    public required string CategoryId { get; init; }
    public required Money Price { get; init; }

    /// <summary>The first of its images; null if it has none.</summary>
    public required string? Image { get; init; }

    public required RatingView Rating { get; init; }

    /// <summary><c>IN_STOCK</c>, <c>LOW_STOCK</c> or <c>OUT_OF_STOCK</c>; may lag.</summary>
    public required string Availability { get; init; }

    internal static CachedSerializer<ProductCard> Serializer { get; } = new(
        static (card, target) =>
        {
            using var writer = new Utf8JsonWriter(target);
            JsonSerializer.Serialize(writer, card, ShopJson.Wire.ProductCard);
        },
        static bytes =>
        {
            var reader = new Utf8JsonReader(bytes);
            return JsonSerializer.Deserialize(ref reader, ShopJson.Wire.ProductCard)!;
        });
}

/// <summary>
/// The cards of products, for every list. Kept as product pages are: a list that keeps only its SKUs shows what changed as
/// soon as they do, and costs no more than its SKUs.
/// </summary>
internal sealed class ProductCards(ReadsDatabase database, Availability availability, CatalogueCache cache)
{
    private readonly KeyedReads<string, ProductCard> _reads = new(
        database.Source,
        """
        select sku, title, brand, category_id, price_amount, currency, images
        from catalog.product_view where active and sku = any((select $1)::text[])
        """,
        row => new(row.GetString(0), new ProductCard
        {
            Sku = row.GetString(0),
            Title = row.GetString(1),
            Brand = row.IsDBNull(2) ? null : row.GetString(2),
            CategoryId = row.GetString(3),
            Price = new Money(row.GetInt64(4), row.GetString(5)),
            Image = JsonSerializer.Deserialize(row.GetString(6), ShopJson.Wire.IReadOnlyListString) is [var first, ..]
                ? first
                : null,
            Rating = RatingView.None,
            Availability = "",
        }));

    /// <returns>In the order that is asked for, without those that are not for sale.</returns>
    public async Task<IReadOnlyList<ProductCard>> Of(IReadOnlyList<string> skus)
    {
        var finding = new Task<Cached<ProductCard>>[skus.Count];
        for (var i = 0; i < skus.Count; i++)
            finding[i] = cache.Find(
                "card:" + skus[i], skus[i], Lifetime.Card, this, static (me, sku) => me.Read(sku)).AsTask();
        var cards = new List<ProductCard>(skus.Count);
        foreach (var card in finding)
            if ((await card).Value is { } found)
                cards.Add(found);
        return cards;
    }

    /// <summary>Those that are asked for together are two statements together.</summary>
    private async Task<ProductCard?> Read(string sku)
    {
        var stock = availability.Of(sku);
        var card = await _reads.Find(sku);
        var band = await stock;
        return card is null ? null : card with { Availability = band };
    }
}
