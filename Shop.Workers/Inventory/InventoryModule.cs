using Shop.Messaging;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Inventory;

internal static class InventoryModule
{
    public static void AddInventory(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CurrentWarehouseMap>();
        builder.Services.AddSingleton(services => new StockIntake(
            services.GetRequiredService<Database<InventoryDbContext>>().Source,
            services.GetRequiredService<CurrentWarehouseMap>()));
    }

    public static void Inventory(this ShopBus bus) => bus.Context<InventoryDbContext>("Inventory", inventory =>
    {
        inventory.GroupConsumer<ReserveStockConsumer>();
        inventory.GroupConsumer<SellStockConsumer>();
        inventory.GroupConsumer<ReleaseStockConsumer>();
        inventory.GroupConsumer<ReceiveStockConsumer>();
        inventory.GroupConsumer<ShipStockConsumer>();
        inventory.GroupConsumer<ReallocateStockConsumer>();
        inventory.GroupConsumer<RestockReturnConsumer>();
        inventory.GroupConsumer<PutSaleConsumer>();
        inventory.Consumer<PutWarehouseConsumer>();
        bus.Job<SweepHoldsJob>(TimeSpan.FromSeconds(5));
        bus.Job<PublishAvailabilityJob>(PublishAvailabilityJob.Every);
        bus.Job<AuditStockJob>(TimeSpan.FromMinutes(1));
    });
}
