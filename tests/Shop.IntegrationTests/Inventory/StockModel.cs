using Shop.Contracts.Inventory;
using Shop.Workers.Inventory;

namespace Shop.IntegrationTests.Inventory;

/// <summary>
/// What the stockroom must answer, written as plainly as can be: totals per SKU and a state per order, one command
/// after the other.
/// </summary>
internal sealed class StockModel(IEnumerable<string> skus)
{
    private readonly Dictionary<string, int> _onHand = skus.ToDictionary(sku => sku, _ => 0);
    private readonly Dictionary<Guid, (string State, IReadOnlyList<StockLine> Lines)> _orders = [];
    private readonly HashSet<(string, string, string)> _receipts = [];

    public int OnHand(string sku) => _onHand[sku];

    public int Sum(string sku, string state) => _orders.Values
        .Where(order => order.State == state)
        .SelectMany(order => order.Lines)
        .Where(line => line.Sku == sku)
        .Sum(line => line.Quantity);

    public bool Reserve(ReserveStock command)
    {
        if (!_orders.TryGetValue(command.OrderId, out var order))
        {
            var enough = command.Lines.All(line => Available(line.Sku) >= line.Quantity);
            order = (enough ? ReservationState.Held : ReservationState.Rejected, command.Lines);
            _orders.Add(command.OrderId, order);
        }

        return order.State is ReservationState.Held or ReservationState.Sold;
    }

    public SellOutcome Sell(Guid id)
    {
        var state = State(id);
        if (state == ReservationState.Held)
            _orders[id] = (ReservationState.Sold, _orders[id].Lines);
        return state switch
        {
            ReservationState.Held => SellOutcome.Sold,
            ReservationState.Sold => SellOutcome.AlreadySold,
            _ => SellOutcome.Rejected,
        };
    }

    public ReleaseOutcome Release(Guid id)
    {
        var state = State(id);
        if (state is null)
            _orders.Add(id, (ReservationState.Released, []));
        else if (state is ReservationState.Held or ReservationState.Sold)
            _orders[id] = (ReservationState.Released, []);
        return state switch
        {
            null => ReleaseOutcome.Forestalled,
            ReservationState.Held => ReleaseOutcome.Released,
            ReservationState.Sold => ReleaseOutcome.SaleUndone,
            _ => ReleaseOutcome.NothingHeld,
        };
    }

    public ReceiveOutcome Receive(ReceiveStock command)
    {
        if (command.Quantity <= 0)
            return ReceiveOutcome.Refused;
        if (!_receipts.Add((command.Sku, command.Warehouse, command.Reference)))
            return ReceiveOutcome.AlreadyReceived;
        _onHand[command.Sku] += command.Quantity;
        return ReceiveOutcome.Received;
    }

    /// <summary>Lets every hold of these orders expire.</summary>
    public IReadOnlyList<Guid> Expire(IEnumerable<Guid> overdue) => overdue
        .Where(id => State(id) == ReservationState.Held)
        .Where(id => Release(id) == ReleaseOutcome.Released)
        .ToList();

    private string? State(Guid id) => _orders.TryGetValue(id, out var order) ? order.State : null;

    private int Available(string sku) =>
        _onHand[sku] - Sum(sku, ReservationState.Held) - Sum(sku, ReservationState.Sold);
}
