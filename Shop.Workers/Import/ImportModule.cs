using Microsoft.Extensions.DependencyInjection.Extensions;
using Shop.Messaging.Hosting;
using Shop.Workers.Catalog;
using Shop.Workers.Inventory;

namespace Shop.Workers.Import;

/// <summary>The one place where the import meets the contexts that it feeds.</summary>
internal static class ImportModule
{
    public static void AddImport(this IHostApplicationBuilder builder)
    {
        builder.AddDatabase<CatalogDbContext>(CatalogModule.Database);
        builder.AddDatabase<InventoryDbContext>(InventoryModule.Database);
        builder.Services.TryAddSingleton<CurrentWarehouseMap>();
        builder.Services.AddSingleton(services => new StockIntake(
            services.GetRequiredService<Database<InventoryDbContext>>().Source,
            services.GetRequiredService<CurrentWarehouseMap>()));
        builder.Services.AddSingleton(services => new ImportCommand(
            services.GetRequiredService<Database<CatalogDbContext>>(),
            services.GetRequiredService<StockIntake>(),
            Console.Out,
            services.GetRequiredService<TimeProvider>()));
    }
}
