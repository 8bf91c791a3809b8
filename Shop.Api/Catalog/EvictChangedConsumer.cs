using MassTransit;
using Shop.Contracts.Catalog;
using Shop.Contracts.Inventory;

namespace Shop.Api.Catalog;

/// <summary>Evicts the products that changed from what this instance keeps.</summary>
internal sealed class EvictChangedConsumer(CatalogueCache cache)
    : IConsumer<ProductsChanged>, IConsumer<AvailabilityChanged>
{
    public Task Consume(ConsumeContext<ProductsChanged> context) =>
        cache.Evict([.. context.Message.Products.Select(product => product.Sku)]);

    public Task Consume(ConsumeContext<AvailabilityChanged> context) =>
        cache.Evict([.. context.Message.Products.Select(product => product.Sku)]);
}
