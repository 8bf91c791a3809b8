using Shop.Messaging;

namespace Shop.Workers.Catalog;

internal static class CatalogModule
{
    public static void Catalog(this ShopBus bus) => bus.Context<CatalogDbContext>("Catalog", catalog =>
    {
        catalog.Consumer<PutProductConsumer>();
        // One after the other, so that the later word on a product stands.
        catalog.Consumer<ApplyRatingsConsumer>(ConsumerKind.Ordinary with { Concurrency = 1, Prefetch = 4 });
    });
}
