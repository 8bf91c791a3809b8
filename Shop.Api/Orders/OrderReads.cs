using System.Text.Json;
using Npgsql;
using Shop.Api.Http;
using Shop.Api.Parcels;
using Shop.Api.Reads;
using Shop.Api.Requests;
using Shop.Api.Returns;
using Shop.Contracts;
using Shop.Messaging.Hosting;

namespace Shop.Api.Orders;

/// <summary>Orders, from the order record; in the moments before that is written, from the accepted request.</summary>
internal sealed class OrderReads(ReadsDatabase database, AcceptedRequests requests, ParcelReads parcels, ReturnReads returns)
{
    /// <summary>$1 owner, $2 and $3 the last order before the page, $4 how many. Walks the index of owner and time.</summary>
    internal const string PageStatement =
        $"{Columns} where owner = $1 and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4";

    private const string Columns = """
        select id, owner, status, total_amount, currency, lines, shipping_address, payment_status, failure, created_at,
            history
        from orders.order_view
        """;

    private const int PatienceInSeconds = 5;

    private static readonly DateTime EndOfTime = DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc);

    private readonly KeyedReads<Guid, (string Owner, OrderView Order)> _reads = new(
        database.Source, $"{Columns} where id = any((select $1)::uuid[])", Read);

    /// <returns>Null if there is none, or it is someone else's.</returns>
    public async Task<OrderView?> Find(Guid id, string owner)
    {
        var (recorded, order) = await _reads.Find(id);
        if (order is not null) return recorded == owner ? (await WithWhatFollowed([order]))[0] : null;
        return await requests.OfOrder(id) is { } placed && placed.Owner == owner
            ? OrderView.Accepted(id, placed.Order)
            : null;
    }

    /// <summary>The newest orders of an owner, at most so many, those before the one given.</summary>
    public async Task<IReadOnlyList<OrderView>> Newest(
        string owner, (DateTime CreatedAt, Guid Id)? before, int most, CancellationToken cancellationToken)
    {
        // In this order: one that is recorded between the two reads is found by both, and not by neither.
        var accepted = await requests.Newest(owner, before?.Id ?? Guid.AllBitsSet, most, cancellationToken);
        var recorded = await Recorded(owner, before ?? (EndOfTime, Guid.AllBitsSet), most, cancellationToken);
        var orders = recorded.ToDictionary(order => order.Id);
        foreach (var (id, placed) in accepted) orders.TryAdd(id, OrderView.Accepted(id, placed));
        return await WithWhatFollowed(
            [.. orders.Values.OrderByDescending(order => order.CreatedAt).ThenByDescending(order => order.Id).Take(most)]);
    }

    /// <summary>Nobody is asked for the parcels and returns of orders that have none yet.</summary>
    private async Task<IReadOnlyList<OrderView>> WithWhatFollowed(IReadOnlyList<OrderView> orders)
    {
        var sentBack = returns.OfOrders(
            [.. orders.Where(order => OrderPace.MayHaveReturns(order.Status)).Select(order => order.Id)]);
        var shipments = await parcels.OfOrders(
            [.. orders.Where(order => OrderPace.MayHaveShipments(order.Status)).Select(order => order.Id)]);
        var back = await sentBack;
        return
        [
            .. orders.Select(order => order with
            {
                Shipments = shipments.GetValueOrDefault(order.Id) ?? [], Returns = back.GetValueOrDefault(order.Id) ?? [],
            }),
        ];
    }

    private async Task<List<OrderView>> Recorded(
        string owner, (DateTime CreatedAt, Guid Id) before, int most, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(PageStatement);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = owner });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = before.CreatedAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = before.Id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var orders = new List<OrderView>();
        while (await reader.ReadAsync(cancellationToken)) orders.Add(Read(reader).Value.Order);
        return orders;
    }

    private static KeyValuePair<Guid, (string Owner, OrderView Order)> Read(NpgsqlDataReader row)
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
            History = OrderStep.Utc(JsonSerializer.Deserialize(row.GetString(10), json.IReadOnlyListOrderStep)!),
        };
        return new(order.Id, (row.GetString(1), order));
    }
}
