using Shop.Api.Reads;
using Shop.Contracts;
using Shop.Messaging.Hosting;

namespace Shop.Api.Catalog;

/// <summary>What a product is called and costs now, and whether it is for sale.</summary>
internal sealed record Price(string Title, Money Amount, bool Active);

/// <summary>The catalogue's own word on prices, for carts and checkout: never from a cache.</summary>
internal sealed class Prices(ReadsDatabase database)
{
    private readonly KeyedReads<string, Price> _reads = new(
        database.Source,
        "select sku, title, price_amount, currency, active from catalog.price_view where sku = any((select $1)::text[])",
        row => new(row.GetString(0),
            new Price(row.GetString(1), new Money(row.GetInt64(2), row.GetString(3)), row.GetBoolean(4))));

    public Task<IReadOnlyDictionary<string, Price>> Of(IReadOnlyCollection<string> skus) => _reads.Of(skus);

    public Task<Price?> Find(string sku) => _reads.Find(sku);
}

/// <summary>How much there is of a product, roughly: <c>IN_STOCK</c>, <c>LOW_STOCK</c> or <c>OUT_OF_STOCK</c>.</summary>
internal sealed class Availability(ReadsDatabase database)
{
    public const string None = Contracts.Inventory.Availability.OutOfStock;

    private readonly KeyedReads<string, string> _reads = new(
        database.Source,
        "select sku, band from inventory.availability_view where sku = any((select $1)::text[])",
        row => new(row.GetString(0), row.GetString(1)));

    public Task<IReadOnlyDictionary<string, string>> Of(IReadOnlyCollection<string> skus) => _reads.Of(skus);

    public async Task<string> Of(string sku) => await _reads.Find(sku) ?? None;
}
