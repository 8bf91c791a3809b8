using MassTransit;
using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>Opens a warehouse, or changes where it is.</summary>
internal sealed class PutWarehouseConsumer(InventoryDbContext inventory, CurrentWarehouseMap maps) : IConsumer<PutWarehouse>
{
    public async Task Consume(ConsumeContext<PutWarehouse> context)
    {
        if (await inventory.Warehouses.FindAsync([context.Message.Code], context.CancellationToken) is { } warehouse)
            warehouse.Change(context.Message);
        else
            inventory.Warehouses.Add(Warehouse.Open(context.Message));
        maps.Forget();
    }
}
