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
}

/// <summary>The cards of products, for every list.</summary>
internal sealed class ProductCards(ReadsDatabase database, Availability availability)
{
    private readonly KeyedReads<string, ProductCard> _reads = new(
        database.Source,
        """
        select sku, title, brand, category_id, price_amount, currency, images, rating_average, rating_count
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
            Rating = new RatingView(row.GetDouble(7), row.GetInt32(8)),
            Availability = "",
        }));

    /// <returns>In the order that is asked for, without those that are not for sale.</returns>
    public async Task<IReadOnlyList<ProductCard>> Of(IReadOnlyList<string> skus)
    {
        if (skus.Count == 0) return [];
        var stock = availability.Of(skus);
        var products = await _reads.Of(skus);
        var bands = await stock;
        var cards = new List<ProductCard>(skus.Count);
        foreach (var sku in skus)
            if (products.TryGetValue(sku, out var card))
                cards.Add(card with { Availability = bands.GetValueOrDefault(sku, Availability.None) });
        return cards;
    }
}
