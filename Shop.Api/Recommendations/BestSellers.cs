using Microsoft.Extensions.Caching.Memory;
using Npgsql;
using Shop.Api.Catalog;
using Shop.Api.Reads;
using Shop.Messaging.Hosting;

namespace Shop.Api.Recommendations;

/// <summary>
/// What sells in a category: by the units of confirmed orders, and where those are few, by the catalogue's own word on
/// popularity, in the category with all below it, and where that is little, in those above. Read anew every few moments;
/// what was read last stands in while the database is away.
/// </summary>
internal sealed class BestSellers(ReadsDatabase database, Categories categories, TimeProvider time) : IDisposable
{
    private const int Most = 40;
    private const int MostCategories = 10_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Kept = TimeSpan.FromHours(6);

    private readonly MemoryCache _categories = new(new MemoryCacheOptions { SizeLimit = MostCategories });

    private readonly KeyedReads<string, string[]> _sold = new(
        database.Source,
        $"""
        select c.id, array(
            select sku from recommendations.best_seller_view
            where category_id = c.id order by units desc, sku limit {Most})
        from unnest((select $1)::text[]) as c (id)
        """,
        Read);

    private readonly KeyedReads<string, string[]> _popular = new(
        database.Source,
        $"""
        select c.id, array(
            select sku from catalog.listing_view
            where category_id = c.id order by popularity desc, sku desc limit {Most})
        from unnest((select $1)::text[]) as c (id)
        """,
        Read);

    /// <returns>SKUs, the best first, some of which may be sold out.</returns>
    public async Task<IReadOnlyList<string>> Of(string categoryId)
    {
        var known = _categories.Get<Category>(categoryId);
        if (known is not null && time.GetElapsedTime(known.ReadAt) < Fresh) return known.Skus;
        try
        {
            var sold = await _sold.Find(categoryId) ?? [];
            var skus = sold.Length >= Most ? sold : await WithPopular(sold, categoryId);
            _categories.Set(categoryId, new Category(skus, time.GetTimestamp()), new MemoryCacheEntryOptions
            {
                Size = 1,
                SlidingExpiration = Kept,
            });
            return skus;
        }
        catch (NpgsqlException) when (known is not null)
        {
            return known.Skus;
        }
    }

    public void Dispose() => _categories.Dispose();

    /// <summary>A level up for as long as there are too few.</summary>
    private async Task<string[]> WithPopular(string[] sold, string categoryId)
    {
        var tree = await categories.Get(CancellationToken.None);
        var upwards = (tree.Find(categoryId)?.Path ?? []).Select(step => step.Id).Reverse();
        var skus = sold;
        foreach (var level in upwards.Append(CategoryPages.Everything))
        {
            skus = [.. skus.Union(await _popular.Find(level) ?? [])];
            if (skus.Length >= Most) break;
        }

        return skus;
    }

    private static KeyValuePair<string, string[]> Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetFieldValue<string[]>(1));

    private sealed record Category(IReadOnlyList<string> Skus, long ReadAt);
}
