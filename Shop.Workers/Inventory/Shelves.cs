using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>A working copy of what is available, which the decisions of one call share.</summary>
internal sealed class Shelves
{
    private readonly Dictionary<string, List<AvailableStock>> _bySku = new(StringComparer.Ordinal);

    public void Put(AvailableStock stock)
    {
        if (!_bySku.TryGetValue(stock.Sku, out var shelf))
            _bySku.Add(stock.Sku, shelf = []);
        shelf.Add(stock);
    }

    public IEnumerable<AvailableStock> For(IReadOnlyList<StockLine> lines) =>
        lines.SelectMany(line => _bySku.GetValueOrDefault(line.Sku) ?? []);

    public void Take(IReadOnlyList<Allocation> allocations)
    {
        foreach (var (warehouse, sku, quantity) in allocations)
        {
            var shelf = _bySku[sku];
            var at = shelf.FindIndex(stock => stock.Warehouse == warehouse);
            shelf[at] = shelf[at] with { Available = shelf[at].Available - quantity };
        }
    }
}
