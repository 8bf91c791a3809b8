using Shop.Contracts.Orders;
using Shop.Contracts.Returns;
using Shop.Sagas.Checkout;
using Shop.Tests.Checkout;

namespace Shop.Tests.VirtualTime;

/// <summary>Who buys, changes their mind and sends back; and who looks at the orders while it goes on, and at the end.</summary>
internal sealed class CustomerModel
{
    private static readonly string[] Failures =
        [OrderStatus.OutOfStock, OrderStatus.PaymentFailed, OrderStatus.Cancelled, OrderStatus.Expired];

    private readonly VirtualShop _shop;
    private readonly Dictionary<Guid, List<OrderHistory>> _histories = [];
    private readonly List<Guid> _orders = [];

    public CustomerModel(VirtualShop shop)
    {
        _shop = shop;
        for (var orders = 1 + shop.Luck.Next(4); orders > 0; orders--) Buy();
        shop.On<OrderDelivered>(SendBack);
    }

    /// <summary>After each step of an order.</summary>
    public void Judge(Order order)
    {
        var history = _histories.TryGetValue(order.CorrelationId, out var known)
            ? known : _histories[order.CorrelationId] = [];
        var was = history.Count;
        history.AddRange(order.TakeNewRows().OfType<OrderHistory>());
        for (var i = was; i < history.Count; i++)
            Must(history[i].Sequence == i + 1, order, $"line {i + 1} of its history has the number {history[i].Sequence}");
        if (history.Count == was) return;
        _shop.Note($"  {order.CorrelationId} is {order.CurrentState}, {order.Status}");
        Must(history[^1].Status == order.Status, order, $"its history ends with {history[^1].Status}");
        if (order.Status == OrderStatus.Confirmed)
            Must(_shop.Payments.HasAuthorized(order.CorrelationId), order, "it is confirmed, and nothing is authorised");
        if (was > 0) Must(!Failures.Contains(history[was - 1].Status), order, $"it goes on after {history[was - 1].Status}");
    }

    /// <summary>When nothing happens any more.</summary>
    public void JudgeAll()
    {
        foreach (var id in _orders) Judge(id);
        foreach (var back in _shop.Returns.Values)
        {
            if (back.CurrentState is not ("Completed" or "Rejected" or "Expired" or "LabelSent"))
                throw new FlawFoundException($"Return {back.CorrelationId} stands in {back.CurrentState}.");
        }

        var twice = _shop.Told.Where(told => told is OrderConfirmed or OrderEnded or OrderShipped or OrderDelivered)
            .GroupBy(told => (told.GetType(), VirtualShop.IdOf(told, nameof(OrderEnded.OrderId))))
            .FirstOrDefault(same => same.Count() > 1);
        if (twice is not null) throw new FlawFoundException($"{twice.First()} was told {twice.Count()} times.");
    }

    private void Judge(Guid id)
    {
        var order = _shop.Orders.GetValueOrDefault(id) ?? throw new FlawFoundException($"Order {id} is not known.");
        var (charges, captured, refunded) = _shop.Payments.Figures(id);
        Must(charges <= 1, order, $"the provider charged {charges} times");
        Must(refunded <= captured, order, $"{refunded} of {captured} were given back");

        var (stock, charge, parcel) = (_shop.Stock.Of(id), _shop.Payments.Of(id), _shop.Fulfillment.Of(id));
        var statuses = _histories[id].Select(line => line.Status).ToList();
        Must(statuses.Count(status => status == OrderStatus.Confirmed) == (order.WasConfirmed ? 1 : 0), order,
            $"its history is {string.Join(' ', statuses)}");
        var books = $"its stock is {stock}, its money {charge}, its parcel {parcel}";
        if (order.CurrentState == "Delivered")
        {
            Must(order.WasConfirmed && parcel == Parcel.Gone, order, books);
            Must(charge == Charge.Captured, order, books);
            // What left without its stock is a matter for people, who are told.
            Must(stock == Holding.Shipped || (order.IsEscalated && _shop.Stock.Unbacked.Contains(id)), order, books);
        }
        else
        {
            Must(order.CurrentState is "OutOfStock" or "PaymentFailed" or "Expired" or "Cancelled", order, books);
            Must(statuses[^1] == order.Status && Failures.Contains(order.Status), order, $"it shows {order.Status}");
            Must(stock is null or Holding.Rejected or Holding.Released, order, books);
            Must(charge is Charge.None or Charge.Declined or Charge.Cancelled, order, books);
            Must(parcel is not Parcel.Gone, order, books);
        }
    }

    private void Buy()
    {
        var id = _shop.Luck.Id();
        _orders.Add(id);
        var quantity = 1 + _shop.Luck.Next(3);
        var submit = CheckoutScenario.SubmitOf(id) with
        {
            Lines = [new OrderLine(StockModel.Sku, "One", quantity, new Contracts.Money(500, "USD"))],
            Total = new Contracts.Money(500 * quantity, "USD"),
        };
        var at = _shop.Luck.Within(TimeSpan.FromMinutes(2));
        _shop.After(at, () => _shop.Tell(submit));
        if (_shop.Luck.OneIn(3)) Cancel(id, at + _shop.Luck.Within(TimeSpan.FromSeconds(5)));
        else if (_shop.Luck.OneIn(5)) Cancel(id, _shop.Luck.Within(TimeSpan.FromHours(3)));
    }

    private void Cancel(Guid id, TimeSpan at) => _shop.After(at, () => _shop.Tell(new CancelOrder { OrderId = id }));

    private void SendBack(OrderDelivered delivered)
    {
        // Once for each time that it is heard: two may ask for the same units.
        if (_shop.Luck.OneIn(2)) return;
        var (id, units) = (_shop.Luck.Id(), 1 + _shop.Luck.Next(3));
        _shop.After(_shop.Luck.Within(TimeSpan.FromDays(10)), () => _shop.Tell(new RequestReturn
        {
            ReturnId = id,
            OrderId = delivered.OrderId,
            Owner = delivered.Owner,
            Lines = [new ReturnLine(StockModel.Sku, units, "It does not fit.")],
        }));
        // Some parcels never come back, and some after their time.
        if (!_shop.Luck.OneIn(6))
            _shop.After(_shop.Luck.Between(TimeSpan.FromDays(10), TimeSpan.FromDays(60)), () => _shop.Tell(new ReceiveReturn
            {
                ReturnId = id,
                Warehouse = StockModel.Warehouse,
                Lines = [new ReceivedLine(StockModel.Sku, units, ReturnCondition.All[_shop.Luck.Next(3)])],
            }));
        After(TimeSpan.FromDays(100), attempts: 0);

        // People try a refused refund again, until it goes through.
        void After(TimeSpan delay, int attempts) => _shop.After(delay, () =>
        {
            if (!_shop.Returns.TryGetValue(id, out var back) || back.CurrentState != "RefundRefused" || attempts > 30) return;
            _shop.Tell(new RetryRefund { ReturnId = id });
            After(TimeSpan.FromHours(3), attempts + 1);
        });
    }

    private static void Must(bool holds, Order order, string told)
    {
        if (!holds) throw new FlawFoundException($"Order {order.CorrelationId} in {order.CurrentState}: {told}.");
    }
}
