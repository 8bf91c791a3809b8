using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>What an order takes of a sale: part of the reservation, so that what is given back finds its account.</summary>
internal sealed record Purchase(Guid SaleId, string Buyer, string Sku, int Quantity);

/// <summary>A sale that is open, with the units that are left of it.</summary>
internal sealed record OpenSale(Guid Id, int PerPersonLimit, int Left);

/// <summary>A working copy of the sales that are open and of their buyers' accounts, which the decisions of one call share.</summary>
internal sealed class OpenSales
{
    private readonly Dictionary<string, OpenSale> _bySku = new(StringComparer.Ordinal);
    private readonly Dictionary<(Guid Sale, string Buyer), int> _accounts = [];

    public bool AreNone => _bySku.Count == 0;

    public void Put(string sku, OpenSale sale) => _bySku[sku] = sale;

    /// <summary>The units that a buyer has, reserved and sold.</summary>
    public void PutAccount(Guid sale, string buyer, int units) => _accounts[(sale, buyer)] = units;

    /// <summary>What an order would take of them.</summary>
    public List<Purchase> Of(ReserveStock command)
    {
        var purchases = new List<Purchase>();
        if (AreNone) return purchases;
        foreach (var (sku, quantity) in command.Lines)
        {
            if (_bySku.GetValueOrDefault(sku) is { } sale)
                purchases.Add(new Purchase(sale.Id, BuyerOf(command), sku, quantity));
        }

        return purchases;
    }

    /// <returns>The lines that are over a buyer's limit, or over what is left; none if it may be had.</returns>
    public List<Shortage> Refuse(IReadOnlyList<Purchase> purchases)
    {
        var refused = new List<Shortage>();
        foreach (var (_, buyer, sku, quantity) in purchases)
        {
            var sale = _bySku[sku];
            var may = Math.Max(0, sale.PerPersonLimit - _accounts.GetValueOrDefault((sale.Id, buyer)));
            if (quantity > may)
                refused.Add(new Shortage(sku, quantity, may) { Code = Shortage.PurchaseLimit });
            else if (quantity > sale.Left)
                refused.Add(new Shortage(sku, quantity, Math.Max(0, sale.Left)));
        }

        return refused;
    }

    public void Take(IReadOnlyList<Purchase> purchases)
    {
        foreach (var (id, buyer, sku, quantity) in purchases)
        {
            _bySku[sku] = _bySku[sku] with { Left = _bySku[sku].Left - quantity };
            _accounts[(id, buyer)] = _accounts.GetValueOrDefault((id, buyer)) + quantity;
        }
    }

    /// <summary>Hosts of before did not tell the buyer: such an order is one of its own.</summary>
    private static string BuyerOf(ReserveStock command) => command.Buyer ?? $"order:{command.OrderId}";
}
