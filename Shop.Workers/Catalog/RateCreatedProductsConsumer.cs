using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Contracts.Catalog;

namespace Shop.Workers.Catalog;

/// <summary>
/// A product may have been reviewed before it was created here: when there was one of the same SKU, or while it was away.
/// </summary>
internal sealed class RateCreatedProductsConsumer(CatalogDbContext catalog, Ratings ratings) : IConsumer<ProductsChanged>
{
    private const int FirstVersion = 1;

    public async Task Consume(ConsumeContext<ProductsChanged> context)
    {
        var created = context.Message.Products.Where(product => product.Version == FirstVersion)
            .Select(product => product.Sku).ToList();
        if (created.Count == 0) return;
        // Of a catalogue that is new, none is: nothing is locked then.
        var rated = await ratings.Read(created, context.CancellationToken);
        if (rated.Count == 0) return;
        var changed = await ratings.TakeOver(
            (NpgsqlConnection)catalog.Database.GetDbConnection(), [.. rated.Keys], context.CancellationToken);
        if (changed.Count > 0)
            await context.Publish(new ProductsChanged { Products = changed }, context.CancellationToken);
    }
}
