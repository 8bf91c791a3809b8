using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// Which parcels an order is sent in: one a warehouse. Goods are paid for with the parcel that brings them, and what the
/// order costs beside them with the first, so that the parts sum to the whole.
/// </summary>
internal static class ParcelSplit
{
    /// <summary>In the order of the allocations, with ids that are the same whenever it is called.</summary>
    public static IReadOnlyList<Parcel> Of(OrderConfirmed order)
    {
        var prices = order.Lines.ToDictionary(line => line.Sku, line => line.UnitPrice.Amount, StringComparer.Ordinal);
        return Split(order.OrderId, order.OrderId, order.Allocations, prices, order.Total.Amount, order.Total.Currency);
    }

    /// <summary>Those that bring from elsewhere what one parcel cannot, for the same money.</summary>
    public static IReadOnlyList<Parcel> Replace(Parcel parcel, IReadOnlyList<Allocation> allocations)
    {
        var prices = parcel.Lines.ToDictionary(line => line.Sku, line => line.UnitAmount, StringComparer.Ordinal);
        return Split(parcel.OrderId, parcel.Id, allocations, prices, parcel.Amount, parcel.Currency);
    }

    private static List<Parcel> Split(
        Guid orderId, Guid cause, IReadOnlyList<Allocation> allocations, Dictionary<string, long> prices, long total,
        string currency)
    {
        var shares = allocations.GroupBy(allocation => allocation.Warehouse)
            .Select(warehouse => (Warehouse: warehouse.Key, Lines: warehouse
                .Select(line => new ParcelLine(line.Sku, line.Quantity, prices[line.Sku])).ToList()))
            .ToList();
        var rest = total - shares.Sum(share => Worth(share.Lines));
        return
        [
            .. shares.Select((share, index) => new Parcel
            {
                Id = IdOf(cause, share.Warehouse),
                OrderId = orderId,
                Warehouse = share.Warehouse,
                Lines = share.Lines,
                ShippingAmount = index == 0 ? rest : 0,
                Amount = Worth(share.Lines) + (index == 0 ? rest : 0),
                Currency = currency,
            }),
        ];
    }

    private static long Worth(List<ParcelLine> lines) => lines.Sum(line => checked(line.UnitAmount * line.Quantity));

    private static Guid IdOf(Guid cause, string warehouse) => MessageIds.Derive(cause, MessageIds.Of(warehouse), 0);
}
