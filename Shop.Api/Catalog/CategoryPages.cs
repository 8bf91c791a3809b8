using System.Text.Json;
using Npgsql;
using Shop.Api.Http;
using Shop.Messaging.Hosting;

namespace Shop.Api.Catalog;

/// <summary>A page of a list of products.</summary>
internal sealed record ProductList(IReadOnlyList<ProductCard> Items, string? Next);

/// <summary>What is for sale in a category with all below it, page by page. A page costs a walk along one index.</summary>
internal sealed class CategoryPages(ReadsDatabase database, ProductCards cards)
{
    /// <summary>Instead of a category: the whole catalogue.</summary>
    public const string Everything = "";

    private const int PatienceInSeconds = 5;

    /// <returns>
    /// The products after a place. One that went off sale a moment ago is left out, so that a page may fall short of its
    /// limit and yet have a next one.
    /// </returns>
    public async Task<ProductList> Read(
        string category, ListingSort sort, ListingPlace after, int limit, CancellationToken cancellationToken)
    {
        var places = await Places(category, sort, after, limit + 1, cancellationToken);
        var hasMore = places.Count > limit;
        if (hasMore) places.RemoveAt(limit);
        var items = await cards.Of(places.ConvertAll(place => place.Sku));
        return new ProductList(items, hasMore ? CursorOf(category, sort).Write(places[^1].Value, places[^1].Sku) : null);
    }

    /// <summary>Good for this category in this order alone.</summary>
    public static Cursor<long, string> CursorOf(string category, ListingSort sort) => new($"products {sort.Name} {category}");

    public static byte[] Json(ProductList page) => JsonSerializer.SerializeToUtf8Bytes(page, ShopJson.Wire.ProductList);

    private async Task<List<ListingPlace>> Places(
        string category, ListingSort sort, ListingPlace after, int most, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(sort.Statement);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = category });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after.Sku });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var places = new List<ListingPlace>(most);
        while (await reader.ReadAsync(cancellationToken))
            places.Add(new ListingPlace(reader.GetInt64(0), reader.GetString(1)));
        return places;
    }
}
