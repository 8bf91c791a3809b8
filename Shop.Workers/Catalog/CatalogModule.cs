using Shop.Messaging;

namespace Shop.Workers.Catalog;

internal static class CatalogModule
{
    /// <summary>A message speaks of up to hundreds of products.</summary>
    private static readonly ConsumerKind Hundreds = ConsumerKind.Ordinary with { Concurrency = 2, Prefetch = 4 };

    public static void AddCatalog(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<Ratings>();

    public static void Catalog(this ShopBus bus) => bus.Context<CatalogDbContext>("Catalog", catalog =>
    {
        catalog.Consumer<PutProductConsumer>();
        catalog.Consumer<ApplyRatingsConsumer>(Hundreds);
        catalog.Consumer<RateCreatedProductsConsumer>(Hundreds);
        bus.Job<MendRatingsJob>(TimeSpan.FromHours(1));
    });
}
