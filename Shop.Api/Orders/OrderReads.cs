using System.Text.Json;
using Npgsql;
using Shop.Api.Http;
using Shop.Api.Reads;
using Shop.Api.Requests;
using Shop.Contracts;
using Shop.Messaging.Hosting;

namespace Shop.Api.Orders;

/// <summary>Orders, from the order record; in the moments before that is written, from the accepted request.</summary>
internal sealed class OrderReads(ReadsDatabase database, AcceptedRequests requests)
{
    private readonly KeyedReads<Guid, (string Owner, OrderView Order)> _reads = new(
        database.Source,
        """
        select id, owner, status, total_amount, currency, lines, shipping_address, payment_status, failure, created_at,
            history
        from orders.order_view where id = any((select $1)::uuid[])
        """,
        Read);

    /// <returns>Null if there is none, or it is someone else's.</returns>
    public async Task<OrderView?> Find(Guid id, string owner)
    {
        var (recorded, order) = await _reads.Find(id);
        if (order is not null) return recorded == owner ? order : null;
        return await requests.OfOrder(id) is { } placed && placed.Owner == owner
            ? OrderView.Accepted(id, placed.Order)
            : null;
    }

    private static KeyValuePair<Guid, (string, OrderView)> Read(NpgsqlDataReader row)
    {
        var json = ShopJson.Wire;
        var order = new OrderView
        {
            Id = row.GetGuid(0),
            Status = row.GetString(2),
            Total = new Money(row.GetInt64(3), row.GetString(4)),
            Lines = OrderLineView.Of(JsonSerializer.Deserialize(row.GetString(5), json.IReadOnlyListOrderLine)!),
            ShippingAddress = JsonSerializer.Deserialize(row.GetString(6), json.Address)!,
            Payment = new OrderPaymentView(row.GetString(7)),
            Failure = row.IsDBNull(8) ? null : JsonSerializer.Deserialize(row.GetString(8), json.OrderFailureView),
            CreatedAt = row.GetDateTime(9),
            History = Utc(JsonSerializer.Deserialize(row.GetString(10), json.IReadOnlyListOrderStep)!),
        };
        return new(order.Id, (row.GetString(1), order));
    }

    /// <summary>The database writes times with the offset of its own zone.</summary>
    private static OrderStep[] Utc(IReadOnlyList<OrderStep> steps)
    {
        var history = new OrderStep[steps.Count];
        for (var i = 0; i < history.Length; i++) history[i] = steps[i] with { At = steps[i].At.ToUniversalTime() };
        return history;
    }
}
