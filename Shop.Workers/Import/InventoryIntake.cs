using Shop.Contracts.Inventory;

namespace Shop.Workers.Import;

/// <summary>What an import needs of the inventory. Repeats of a call change nothing.</summary>
internal sealed record InventoryIntake(
    Func<IReadOnlyList<PutWarehouse>, CancellationToken, Task> PutWarehouses,
    Func<IReadOnlyList<ReceiveStock>, CancellationToken, Task> ReceiveStock,
    Func<CancellationToken, Task<IReadOnlyList<string>>> WarehouseCodes);
