using Shop.Contracts.Inventory;

namespace Shop.Workers.Import;

/// <summary>How many units of each product lie in how many warehouses to begin with.</summary>
internal sealed record StockPlan(int Quantity, int FewestWarehouses = 4, int MostWarehouses = 8);

/// <summary>Where a product's first units lie: in warehouses that its SKU alone decides.</summary>
internal sealed class OpeningStock(IEnumerable<string> warehouses, StockPlan plan)
{
    public const string Reference = "opening";

    private readonly (string Code, ulong Hash)[] _warehouses =
        [.. warehouses.Select(code => (code, StableHash.Of(code)))];

    public bool HasShelves => plan.Quantity > 0 && _warehouses.Length > 0;

    public IReadOnlyList<ReceiveStock> For(string sku)
    {
        if (!HasShelves)
            return [];
        // Rendezvous hashing: a new warehouse takes its share and leaves the other choices alone.
        var hash = StableHash.Of(sku);
        var count = plan.FewestWarehouses + (int)(hash % (ulong)(plan.MostWarehouses - plan.FewestWarehouses + 1));
        var nearest = new PriorityQueue<string, ulong>(count + 1);
        foreach (var warehouse in _warehouses)
        {
            var rank = StableHash.Mix(hash ^ warehouse.Hash);
            if (nearest.Count < count)
                nearest.Enqueue(warehouse.Code, rank);
            else
                nearest.EnqueueDequeue(warehouse.Code, rank);
        }
        return
        [
            .. nearest.UnorderedItems.Select(item => item.Element).Order(StringComparer.Ordinal)
                .Select(code => new ReceiveStock
                {
                    Sku = sku,
                    Warehouse = code,
                    Quantity = plan.Quantity,
                    Reference = Reference,
                }),
        ];
    }
}
