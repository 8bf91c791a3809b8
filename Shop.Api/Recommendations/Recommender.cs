using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Shop.Api.Catalog;
using Shop.Contracts.Recommendations;
using Shop.Messaging.Hosting;
using StackExchange.Redis;

namespace Shop.Api.Recommendations;

/// <summary>"Customers also bought".</summary>
internal sealed record RecommendationsView(IReadOnlyList<ProductCard> Items);

/// <summary>
/// What to show beside a product: what was ranked for it, as long as Redis has it and something of it can be bought;
/// otherwise what sells in its category.
/// </summary>
internal sealed class Recommender(
    IConnectionMultiplexer redis, IOptions<RedisOptions> options, ProductCards cards, BestSellers bestSellers)
{
    private static readonly Meter Meter = new("Shop.Api.Recommendations");

    private static readonly Counter<long> Answers = Meter.CreateCounter<long>(
        "shop.recommendations.answers", "{answer}", "Recommendations shown, by where they came from");

    private static readonly KeyValuePair<string, object?> FromOrders = new("source", "orders");
    private static readonly KeyValuePair<string, object?> FromCategory = new("source", "category");

    /// <returns>Null if there is no such product.</returns>
    public async Task<RecommendationsView?> For(string sku)
    {
        var related = await Related(sku);
        var found = await cards.Of([sku, .. related]);
        if (found is not [var product, ..] || product.Sku != sku) return null;
        var items = Buyable(found, sku);
        Answers.Add(1, items.Count > 0 ? FromOrders : FromCategory);
        return new RecommendationsView(items.Count > 0
            ? items
            : Buyable(await cards.Of(await bestSellers.Of(product.CategoryId)), sku));
    }

    private async Task<IReadOnlyList<string>> Related(string sku)
    {
        try
        {
            string? stored = await redis.GetDatabase().StringGetAsync(
                options.Value.KeyPrefix + RelatedProducts.KeyOf(sku));
            return stored is null ? [] : RelatedProducts.Read(stored);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // It is away, which its health says; what sells in the category will do.
            return [];
        }
    }

    private static List<ProductCard> Buyable(IEnumerable<ProductCard> found, string sku) =>
    [
        .. found
            .Where(card => card.Sku != sku && card.Availability != Availability.None)
            .Take(RelatedProducts.Most),
    ];
}
