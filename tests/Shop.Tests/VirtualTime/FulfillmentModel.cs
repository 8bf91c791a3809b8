using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;

namespace Shop.Tests.VirtualTime;

internal enum Parcel
{
    Open,
    Gone,
    Stopped,
}

/// <summary>Warehouse and carrier. One row an order decides whether its parcel leaves or is stopped; money is taken first.</summary>
internal sealed class FulfillmentModel
{
    private readonly VirtualShop _shop;
    private readonly Dictionary<Guid, Parcel> _orders = [];

    public FulfillmentModel(VirtualShop shop)
    {
        _shop = shop;
        shop.On<OrderConfirmed>(Open);
        shop.On<StopFulfillment>(Stop);
        shop.Once<BookReturnLabel>(command => shop.Tell(new ReturnLabelBooked
        {
            OrderId = command.OrderId, ReturnId = command.ReturnId, Carrier = "carrier", TrackingNumber = "RA473124829GB",
        }));
    }

    public Parcel? Of(Guid order) => _orders.TryGetValue(order, out var parcel) ? parcel : null;

    private void Open(OrderConfirmed confirmed)
    {
        if (!_orders.TryAdd(confirmed.OrderId, Parcel.Open)) return;
        var soon = _shop.Luck.OneIn(3) ? TimeSpan.FromSeconds(20) : TimeSpan.FromHours(2);
        _shop.After(_shop.Luck.Within(soon), () => Leave(confirmed));
    }

    private void Leave(OrderConfirmed confirmed)
    {
        var order = confirmed.OrderId;
        if (_orders[order] != Parcel.Open && !(_shop.Flaw == Flaw.ShipsStopped && _orders[order] == Parcel.Stopped)) return;
        // Unpaid it stays, until the order is stopped.
        if (!_shop.Payments.Capture(order) && _shop.Flaw != Flaw.ShipsStopped) return;
        _orders[order] = Parcel.Gone;
        IReadOnlyList<StockLine> lines = [.. confirmed.Lines.Select(line => new StockLine(line.Sku, line.Quantity))];
        _shop.Tell(new ShipStock { OrderId = order, ParcelId = order, Warehouse = StockModel.Warehouse, Lines = lines });
        _shop.Tell(new ParcelHandedOver
        {
            OrderId = order,
            ParcelId = order,
            Warehouse = StockModel.Warehouse,
            Carrier = "carrier",
            TrackingNumber = "RA473124829GB",
            Lines = lines,
        });
        _shop.After(_shop.Luck.Within(TimeSpan.FromDays(3)), () => _shop.Tell(new FulfillmentDelivered { OrderId = order }));
    }

    private void Stop(StopFulfillment command)
    {
        var order = command.OrderId;
        if (Of(order) == Parcel.Gone)
        {
            _shop.Tell(new FulfillmentStopRejected { OrderId = order });
            return;
        }

        _orders[order] = Parcel.Stopped;
        _shop.Tell(new FulfillmentStopped { OrderId = order });
    }
}
