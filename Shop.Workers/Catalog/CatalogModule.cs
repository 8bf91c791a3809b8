using Shop.Messaging;

namespace Shop.Workers.Catalog;

internal static class CatalogModule
{
    public static void Catalog(this ShopBus bus) => bus.Context<CatalogDbContext>("Catalog", catalog =>
        catalog.Consumer<PutProductConsumer>());
}
