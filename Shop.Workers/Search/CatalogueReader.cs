using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using Shop.Contracts.Inventory;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Search;

/// <summary>What the other contexts publish about products, as documents.</summary>
internal sealed class CatalogueReader(ReadsDatabase database)
{
    /// <summary>Counting millions takes a while.</summary>
    private const int PatienceInSeconds = 300;

    private const string Documents =
        """
        select p.sku, p.title, p.brand, p.category_path, p.attributes, p.description, p.price_amount, p.currency,
            a.band, p.popularity, p.created_at, p.updated_at, p.version,
            extract(epoch from clock_timestamp() - p.updated_at)::double precision as age,
            coalesce(r.average, 0) as rating, coalesce(r.count, 0) as rating_count
        from catalog.product_view p
        left join lateral (select band from inventory.availability_view v where v.sku = p.sku) a on true
        left join lateral (
            select (ones + 2 * twos + 3 * threes + 4 * fours + 5 * fives)::double precision
                    / nullif(ones + twos + threes + fours + fives, 0) as average,
                ones + twos + threes + fours + fives as count
            from reviews.rating_view v where v.sku = p.sku) r on true
        """;

    private static readonly string BySku = $"{Documents} where p.active and p.sku = any((select $1)::text[])";

    private static readonly string Slice =
        $"{Documents} where p.active and p.sku > $1 order by p.sku limit $2";

    /// <summary>The listing of the whole catalogue.</summary>
    private const string Popular =
        "select sku from catalog.listing_view where category_id = '' order by popularity desc, sku desc";

    /// <summary>Those of these products that are on sale, as they are now.</summary>
    public async Task<IReadOnlyList<ReadDocument>> Read(
        IReadOnlyCollection<string> skus, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(BySku);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. skus] });
        return await Read(command, cancellationToken);
    }

    /// <summary>The next products on sale, in the ordinal order of their SKUs.</summary>
    public async Task<IReadOnlyList<ReadDocument>> ReadAfter(
        string sku, int most, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(Slice);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sku });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        return await Read(command, cancellationToken);
    }

    /// <summary>
    /// The SKUs on sale, the most popular first, all at once: some fifty bytes each, and none is left out because its
    /// popularity changes while they are gone through.
    /// </summary>
    public async Task<IReadOnlyList<string>> ReadSkus(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(Popular);
        command.CommandTimeout = PatienceInSeconds;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var skus = new List<string>();
        while (await reader.ReadAsync(cancellationToken)) skus.Add(reader.GetString(0));
        return skus;
    }

    /// <summary>How popular the products on sale are, the most popular first, and how many share each popularity.</summary>
    public async IAsyncEnumerable<(long Popularity, long Products)> ReadPopularities(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(
            "select popularity, count(*) from catalog.product_view where active group by 1 order by 1 desc");
        command.CommandTimeout = PatienceInSeconds;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) yield return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static async Task<IReadOnlyList<ReadDocument>> Read(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var documents = new List<ReadDocument>();
        while (await reader.ReadAsync(cancellationToken))
            documents.Add(new ReadDocument(Document(reader), TimeSpan.FromSeconds(Math.Max(0, reader.GetDouble(13)))));
        return documents;
    }

    private static SearchDocument Document(NpgsqlDataReader row) => new()
    {
        Sku = row.GetString(0),
        Title = row.GetString(1),
        Brand = row.IsDBNull(2) ? null : row.GetString(2),
        Categories = JsonSerializer.Deserialize<List<SearchCategory>>(row.GetString(3), JsonSerializerOptions.Web)!,
        Attributes = JsonSerializer.Deserialize<SortedDictionary<string, string>>(row.GetString(4))!,
        Description = row.GetString(5),
        Price = row.GetInt64(6),
        Currency = row.GetString(7),
        Availability = row.IsDBNull(8) ? Availability.OutOfStock : row.GetString(8),
        Popularity = row.GetInt64(9),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(10),
        UpdatedAt = row.GetFieldValue<DateTimeOffset>(11),
        Version = row.GetInt64(12),
        Rating = row.GetDouble(14),
        RatingCount = row.GetInt32(15),
    };
}

/// <summary>A document and how long ago, by the database's clock, the catalogue last changed its product.</summary>
internal sealed record ReadDocument(SearchDocument Document, TimeSpan Age);
