using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Contracts.Catalog;
using Shop.Contracts.Reviews;

namespace Shop.Workers.Catalog;

/// <summary>
/// Takes over what reviewers gave, and says so once it can be read here. It moves the products in their lists, and is no
/// new version of them.
/// </summary>
internal sealed class ApplyRatingsConsumer(CatalogDbContext catalog) : IConsumer<RatingsChanged>
{
    // Locked in the order of the SKUs, as by those who write products.
    private const string Statement =
        """
        with known as (
            select sku from catalog.product where sku = any(@sku) order by sku for no key update
        )
        update catalog.product p set rating_average = r.average, rating_count = r.count
        from unnest(@sku, @average, @count) as r (sku, average, count) join known using (sku)
        where p.sku = r.sku and (p.rating_average, p.rating_count) is distinct from (r.average, r.count)
        returning p.sku, p.version
        """;

    public async Task Consume(ConsumeContext<RatingsChanged> context)
    {
        var connection = (NpgsqlConnection)catalog.Database.GetDbConnection();
        var changed = await Apply(connection, context.Message.Products, context.CancellationToken);
        if (changed.Count > 0)
            await context.Publish(new ProductsChanged { Products = changed }, context.CancellationToken);
    }

    /// <summary>Of different products. One that is unknown has no list to be moved in.</summary>
    /// <returns>Those whose rating was another.</returns>
    public static async Task<IReadOnlyList<ProductVersion>> Apply(
        NpgsqlConnection connection, IReadOnlyList<ProductRating> ratings, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ratings.Count, RatingsChanged.Most);
        await using var command = new NpgsqlCommand(Statement, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]>("sku", [.. ratings.Select(rating => rating.Sku)]));
        command.Parameters.Add(new NpgsqlParameter<double[]>("average", [.. ratings.Select(rating => rating.Average)]));
        command.Parameters.Add(new NpgsqlParameter<int[]>("count", [.. ratings.Select(rating => rating.Count)]));
        var changed = new List<ProductVersion>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            changed.Add(new ProductVersion(reader.GetString(0), reader.GetInt64(1)));
        return changed;
    }
}
