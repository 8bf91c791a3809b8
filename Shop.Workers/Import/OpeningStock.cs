using Shop.Contracts.Inventory;

namespace Shop.Workers.Import;

/// <summary>Where a product's first units lie: in four to eight warehouses that its SKU alone decides.</summary>
internal sealed class OpeningStock(IEnumerable<string> warehouses, int quantity)
{
    public const string Reference = "opening";
    public const int MaxWarehouses = 8;
    private const int MinWarehouses = 4;

    private readonly (string Code, ulong Hash)[] _warehouses =
        [.. warehouses.Select(code => (code, StableHash.Of(code)))];

    public IReadOnlyList<ReceiveStock> For(string sku)
    {
        if (quantity == 0)
            return [];
        // Rendezvous hashing: a new warehouse takes its share and leaves the other choices alone.
        var hash = StableHash.Of(sku);
        var count = MinWarehouses + (int)(hash % (MaxWarehouses - MinWarehouses + 1));
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
                    Quantity = quantity,
                    Reference = Reference,
                }),
        ];
    }
}
