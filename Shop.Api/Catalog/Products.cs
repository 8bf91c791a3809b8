using System.Text.Json;
using Npgsql;
using Shop.Api.Http;
using Shop.Api.Reads;
using Shop.Contracts;
using Shop.Messaging.Hosting;

namespace Shop.Api.Catalog;

/// <summary>Product pages, from the catalogue's and the inventory's views.</summary>
internal sealed class Products(ReadsDatabase database, Availability availability)
{
    private readonly KeyedReads<string, ProductView> _reads = new(
        database.Source,
        """
        select sku, title, description, brand, category_id, category_path, price_amount, currency, images, attributes,
            seller_id, version
        from catalog.product_view where active and sku = any((select $1)::text[])
        """,
        Read);

    /// <returns>Null if there is none that is for sale.</returns>
    public async Task<CataloguePage?> Find(string sku)
    {
        var stock = availability.Of(sku);
        var product = await _reads.Find(sku);
        var band = await stock;
        if (product is null) return null;
        return CataloguePage.Of(JsonSerializer.SerializeToUtf8Bytes(
            product with { Availability = band }, ShopJson.Wire.ProductView));
    }

    private static KeyValuePair<string, ProductView> Read(NpgsqlDataReader row) => new(row.GetString(0), new ProductView
    {
        Sku = row.GetString(0),
        Title = row.GetString(1),
        Description = row.GetString(2),
        Brand = row.IsDBNull(3) ? null : row.GetString(3),
        CategoryId = row.GetString(4),
        CategoryPath = JsonSerializer.Deserialize(row.GetString(5), ShopJson.Wire.IReadOnlyListCategoryStep)!,
        Price = new Money(row.GetInt64(6), row.GetString(7)),
        Images = JsonSerializer.Deserialize(row.GetString(8), ShopJson.Wire.IReadOnlyListString)!,
        Attributes = JsonSerializer.Deserialize(row.GetString(9), ShopJson.Wire.IReadOnlyDictionaryStringString)!,
        Rating = RatingView.None,
        Availability = "",
        SellerId = row.IsDBNull(10) ? null : row.GetString(10),
        Version = row.GetInt64(11),
    });
}
