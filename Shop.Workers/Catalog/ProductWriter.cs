using System.Data;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Shop.Contracts.Catalog;

namespace Shop.Workers.Catalog;

/// <summary>What became of a product that was put. Refused if there are reasons; the version is then 0.</summary>
internal sealed record PutResult(string Sku, long Version, bool Changed, IReadOnlyList<string> Reasons)
{
    public bool Refused => Reasons.Count > 0;
}

/// <summary>
/// Creates and replaces products. A product that is put as it already is keeps its version, and so does one that was
/// put since.
/// </summary>
internal static class ProductWriter
{
    public const int MaxBatch = 2_500;

    private const string Columns =
        "title, description, brand, category_id, price_amount, currency, images, attributes, seller_id, active, popularity";

    private const string Differs =
        """
        (p.title, p.description, p.brand, p.category_id, p.price_amount, p.currency, p.images, p.attributes,
                p.seller_id, p.active, p.popularity)
            is distinct from (excluded.title, excluded.description, excluded.brand, excluded.category_id,
                excluded.price_amount, excluded.currency, excluded.images, excluded.attributes,
                excluded.seller_id, excluded.active, excluded.popularity)
        """;

    // The rows are locked in the order of their SKUs, so that two batches never wait for each other.
    private const string Statement =
        $"""
        with wanted as (
            select w.*, c.id is not null as category_known
            from unnest(@sku, @title, @description, @brand, @category_id, @price_amount, @currency, @images,
                @attributes, @seller_id, @active, @popularity, @put_at)
                as w (sku, {Columns}, put_at)
            left join catalog.category c on c.id = w.category_id
        ), known as (
            select sku, version, popularity from catalog.product
            where sku = any(@sku) order by sku for no key update
        ), written as (
            insert into catalog.product as p (sku, {Columns}, put_at, version, created_at, updated_at)
            select w.sku, w.title, w.description, w.brand, w.category_id, w.price_amount, w.currency,
                w.images, w.attributes, w.seller_id, w.active, coalesce(w.popularity, k.popularity, 0),
                w.put_at, 1, now(), now()
            from wanted w left join known k using (sku)
            where w.category_known
            order by w.sku
            on conflict (sku) do update set title = excluded.title, description = excluded.description,
                brand = excluded.brand, category_id = excluded.category_id, price_amount = excluded.price_amount,
                currency = excluded.currency, images = excluded.images, attributes = excluded.attributes,
                seller_id = excluded.seller_id, active = excluded.active, popularity = excluded.popularity,
                put_at = greatest(p.put_at, excluded.put_at),
                version = p.version + case when {Differs} then 1 else 0 end,
                updated_at = case when {Differs} then now() else p.updated_at end
            where (excluded.put_at is null or p.put_at is null or excluded.put_at >= p.put_at)
                and (greatest(p.put_at, excluded.put_at) is distinct from p.put_at or {Differs})
            returning sku, version
        )
        select w.sku, w.category_known, coalesce(n.version, k.version) as version,
            n.sku is not null and n.version is distinct from k.version as changed
        from wanted w left join written n using (sku) left join known k using (sku)
        """;

    /// <summary>Puts one product on the context's connection, within its transaction if there is one.</summary>
    public static async Task<PutResult> Put(
        CatalogDbContext database, PutProduct product, CancellationToken cancellationToken)
    {
        await database.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            var connection = (NpgsqlConnection)database.Database.GetDbConnection();
            return (await Put(connection, [product], cancellationToken))[0];
        }
        finally
        {
            await database.Database.CloseConnectionAsync();
        }
    }

    /// <summary>
    /// Puts products of different SKUs, at most <see cref="MaxBatch"/>, in one statement. The results come in the
    /// order of the products; a refused one does not keep the others from being put.
    /// </summary>
    public static async Task<IReadOnlyList<PutResult>> Put(
        NpgsqlConnection connection, IReadOnlyList<PutProduct> products, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(products.Count, MaxBatch);
        var reasons = products.Select(ProductRules.Check).ToList();
        var sound = products.Where((_, index) => reasons[index].Count == 0).ToList();
        var results = new Dictionary<string, PutResult>(sound.Count);
        var unseen = await Write(connection, sound, results, cancellationToken);
        // Someone else created these at the same moment and just alike: now they can be seen.
        if (unseen.Count > 0)
            unseen = await Write(connection, unseen, results, cancellationToken);
        if (unseen.Count > 0)
            throw new DBConcurrencyException($"Product {unseen[0].Sku} was neither written nor found.");
        return
        [
            .. products.Select((product, index) => reasons[index].Count == 0
                ? results[product.Sku]
                : new PutResult(product.Sku, 0, false, reasons[index])),
        ];
    }

    private static async Task<List<PutProduct>> Write(
        NpgsqlConnection connection,
        List<PutProduct> products,
        Dictionary<string, PutResult> results,
        CancellationToken cancellationToken)
    {
        if (products.Count == 0)
            return [];
        await using var command = new NpgsqlCommand(Statement, connection);
        AddParameters(command.Parameters, products);
        var unseen = new HashSet<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var sku = reader.GetString(0);
            if (!reader.GetBoolean(1))
                results.Add(sku, new PutResult(sku, 0, false, ["The category is unknown."]));
            else if (await reader.IsDBNullAsync(2, cancellationToken))
                unseen.Add(sku);
            else
                results.Add(sku, new PutResult(sku, reader.GetInt64(2), reader.GetBoolean(3), []));
        }
        return products.FindAll(product => unseen.Contains(product.Sku));
    }

    private static void AddParameters(NpgsqlParameterCollection parameters, List<PutProduct> products)
    {
        void Add<T>(string name, NpgsqlDbType type, Func<PutProduct, T> value) =>
            parameters.Add(new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | type)
            {
                TypedValue = [.. products.Select(value)],
            });

        Add("sku", NpgsqlDbType.Text, product => product.Sku);
        Add("title", NpgsqlDbType.Text, product => product.Title);
        Add("description", NpgsqlDbType.Text, product => product.Description);
        Add("brand", NpgsqlDbType.Text, product => product.Brand);
        Add("category_id", NpgsqlDbType.Text, product => product.CategoryId);
        Add("price_amount", NpgsqlDbType.Bigint, product => product.Price.Amount);
        Add("currency", NpgsqlDbType.Text, product => product.Price.Currency);
        Add("images", NpgsqlDbType.Jsonb, product => JsonSerializer.Serialize(product.Images));
        Add("attributes", NpgsqlDbType.Jsonb, product => JsonSerializer.Serialize(product.Attributes));
        Add("seller_id", NpgsqlDbType.Text, product => product.SellerId);
        Add("active", NpgsqlDbType.Boolean, product => product.Active);
        Add("popularity", NpgsqlDbType.Bigint, product => product.Popularity);
        Add("put_at", NpgsqlDbType.TimestampTz, product => product.PutAt?.ToUniversalTime());
    }
}
