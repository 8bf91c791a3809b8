using Shop.Contracts.Inventory;

namespace Shop.Tests.VirtualTime;

internal enum Holding
{
    Rejected,
    Held,
    Sold,
    Shipped,
    Released,
}

/// <summary>One shelf with few units, as the contracts of the inventory have it: known by the order, whatever repeats.</summary>
internal sealed class StockModel
{
    public const string Sku = "SKU-1";
    public const string Warehouse = "W1";

    private readonly VirtualShop _shop;
    private readonly Dictionary<Guid, (Holding State, int Units)> _orders = [];
    private readonly HashSet<Guid> _restocked = [];
    private readonly int _received;
    private int _held;
    private int _sold;
    private int _gone;
    private int _free;

    public StockModel(VirtualShop shop)
    {
        _shop = shop;
        _received = _free = shop.Luck.Next(8);
        shop.On<ReserveStock>(Reserve);
        shop.On<SellStock>(Sell);
        shop.On<ReleaseStock>(release => Release(release.OrderId));
        shop.On<ShipStock>(Ship);
        shop.Once<RestockReturn>(Restock);
    }

    /// <summary>Parcels that shipped what was not bought any more: a dead letter in the product, which people see.</summary>
    public HashSet<Guid> Unbacked { get; } = [];

    public Holding? Of(Guid order) => _orders.TryGetValue(order, out var known) ? known.State : null;

    /// <summary>I1: nothing is oversold, and what came is what is there, went, or came back.</summary>
    public void Judge()
    {
        if (_free < 0 || _held < 0 || _sold < 0 || _free + _held + _sold + _gone != _received)
            throw new FlawFoundException($"{_received} units came, {_free} are free, {_held} held, {_sold} sold, {_gone} gone.");
        if (_held != Sum(Holding.Held) || _sold != Sum(Holding.Sold))
            throw new FlawFoundException($"{_held} are held and {_sold} sold, but by orders {Sum(Holding.Held)} and {Sum(Holding.Sold)}.");
    }

    private void Reserve(ReserveStock command)
    {
        var (order, units) = (command.OrderId, command.Lines.Sum(line => line.Quantity));
        if (!_orders.TryGetValue(order, out var known))
        {
            known = (_free >= units ? Holding.Held : Holding.Rejected, units);
            _orders[order] = known;
            if (known.State == Holding.Held)
            {
                Move(ref _free, ref _held, units);
                _shop.After(command.HoldFor + _shop.Luck.Within(TimeSpan.FromSeconds(20)), () => Expire(order));
            }
        }
        else if (_shop.Flaw == Flaw.HoldsAgain && known.State == Holding.Held)
        {
            Move(ref _free, ref _held, units);
        }

        _shop.Tell(known.State is Holding.Rejected or Holding.Released
            ? new StockRejected
            {
                OrderId = order, Shortages = known.State == Holding.Rejected ? [new Shortage(Sku, units, _free)] : [],
            }
            : new StockReserved { OrderId = order, Allocations = [new Allocation(Warehouse, Sku, units)] });
    }

    private void Sell(SellStock command)
    {
        switch (Of(command.OrderId))
        {
            case Holding.Held:
                Turn(command.OrderId, Holding.Sold, ref _held, ref _sold);
                break;
            case not (Holding.Sold or Holding.Shipped):
                _shop.Tell(new StockSaleRejected { OrderId = command.OrderId });
                break;
        }
    }

    private void Release(Guid order)
    {
        switch (Of(order))
        {
            case null:
                _orders[order] = (Holding.Released, 0);
                break;
            case Holding.Held:
                Turn(order, Holding.Released, ref _held, ref _free);
                break;
            case Holding.Sold when _shop.Flaw != Flaw.ForgetsRelease:
                Turn(order, Holding.Released, ref _sold, ref _free);
                break;
        }
    }

    private void Expire(Guid order)
    {
        if (Of(order) != Holding.Held) return;
        Turn(order, Holding.Released, ref _held, ref _free);
        _shop.Tell(new ReservationExpired { OrderId = order });
    }

    private void Ship(ShipStock command)
    {
        switch (Of(command.OrderId))
        {
            case Holding.Held:
                Turn(command.OrderId, Holding.Shipped, ref _held, ref _gone);
                break;
            case Holding.Sold:
                Turn(command.OrderId, Holding.Shipped, ref _sold, ref _gone);
                break;
            case not Holding.Shipped:
                Unbacked.Add(command.OrderId);
                break;
        }
    }

    private void Restock(RestockReturn command)
    {
        if (_restocked.Add(command.ReturnId) && Of(command.OrderId) == Holding.Shipped)
            Move(ref _gone, ref _free, command.Lines.Sum(line => line.Quantity));
        _shop.Tell(new ReturnRestocked { OrderId = command.OrderId, ReturnId = command.ReturnId });
    }

    private int Sum(Holding state)
    {
        var sum = 0;
        foreach (var known in _orders.Values)
            if (known.State == state) sum += known.Units;
        return sum;
    }

    private void Turn(Guid order, Holding state, ref int from, ref int to)
    {
        var units = _orders[order].Units;
        _orders[order] = (state, units);
        Move(ref from, ref to, units);
    }

    private static void Move(ref int from, ref int to, int units)
    {
        from -= units;
        to += units;
    }
}
