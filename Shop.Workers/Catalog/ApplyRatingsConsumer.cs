using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Contracts.Catalog;
using Shop.Contracts.Reviews;

namespace Shop.Workers.Catalog;

/// <summary>
/// Takes over what reviewers gave, and says so once it can be read here. The event says of which products; what it was when
/// the event was written may be past.
/// </summary>
internal sealed class ApplyRatingsConsumer(CatalogDbContext catalog, Ratings ratings) : IConsumer<RatingsChanged>
{
    public async Task Consume(ConsumeContext<RatingsChanged> context)
    {
        var changed = await ratings.TakeOver(
            (NpgsqlConnection)catalog.Database.GetDbConnection(),
            [.. context.Message.Products.Select(product => product.Sku)],
            context.CancellationToken);
        if (changed.Count > 0)
            await context.Publish(new ProductsChanged { Products = changed }, context.CancellationToken);
    }
}
