using Microsoft.Extensions.Caching.Memory;
using Shop.Api.Catalog;

namespace Shop.Api.Cart;

/// <summary>A product as carts show it.</summary>
internal sealed record CartGood(Price Price, string Availability);

/// <summary>
/// Prices and stock for carts: the catalogue's own, at most two seconds old. Checkout asks anew.
/// </summary>
internal sealed class CartGoods(Prices prices, Availability availability) : IDisposable
{
    private const int Most = 50_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly MemoryCache _recent = new(new MemoryCacheOptions { SizeLimit = Most });

    /// <returns>Null if there is no such product.</returns>
    public async ValueTask<CartGood?> Find(string sku)
    {
        if (_recent.TryGetValue(sku, out CartGood? known)) return known;
        return (await Read([sku])).GetValueOrDefault(sku);
    }

    /// <returns>Those that there are.</returns>
    public async ValueTask<IReadOnlyDictionary<string, CartGood>> Of(IReadOnlyList<CartLine> lines)
    {
        var goods = new Dictionary<string, CartGood>(lines.Count);
        List<string>? missing = null;
        foreach (var line in lines)
        {
            if (_recent.TryGetValue(line.Sku, out CartGood? known)) goods[line.Sku] = known!;
            else (missing ??= []).Add(line.Sku);
        }

        if (missing is null) return goods;
        foreach (var (sku, good) in await Read(missing)) goods[sku] = good;
        return goods;
    }

    public void Dispose() => _recent.Dispose();

    private async Task<Dictionary<string, CartGood>> Read(IReadOnlyList<string> skus)
    {
        var stock = availability.Of(skus);
        var found = await prices.Of(skus);
        var bands = await stock;
        var goods = new Dictionary<string, CartGood>(skus.Count);
        foreach (var sku in skus)
        {
            // Others, who asked at the same time, have their answers among these.
            if (!found.TryGetValue(sku, out var price)) continue;
            var good = new CartGood(price, bands.GetValueOrDefault(sku, Availability.None));
            goods[sku] = _recent.Set(
                sku, good, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Fresh });
        }

        return goods;
    }
}
