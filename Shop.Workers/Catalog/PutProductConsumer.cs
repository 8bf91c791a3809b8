using MassTransit;
using Shop.Contracts.Catalog;

namespace Shop.Workers.Catalog;

/// <summary>Creates or replaces a product, and says so if anything changed.</summary>
internal sealed partial class PutProductConsumer(CatalogDbContext catalog, ILogger<PutProductConsumer> logger)
    : IConsumer<PutProduct>
{
    public async Task Consume(ConsumeContext<PutProduct> context)
    {
        var result = await ProductWriter.Put(catalog, context.Message, context.CancellationToken);
        if (result.Refused) LogRefused(result.Sku, string.Join(" ", result.Reasons));
        else if (result.Changed)
            await context.Publish(
                new ProductsChanged { Products = [new ProductVersion(result.Sku, result.Version)] },
                context.CancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Product {Sku} is refused: {Reasons}")]
    private partial void LogRefused(string sku, string reasons);
}
