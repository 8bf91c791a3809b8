using System.Text.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Api.Http;
using Shop.Api.Orders;
using Shop.Api.Parcels;
using Shop.Api.Reads;
using Shop.Contracts;
using Shop.Contracts.Returns;
using Shop.Messaging.Hosting;

namespace Shop.Api.Returns;

/// <summary>What can be returned of an order now.</summary>
/// <param name="Status">Of the order.</param>
/// <param name="InTime">Whether it was delivered, and not too long ago.</param>
/// <param name="Left">By SKU, what was bought and no return has set aside.</param>
internal sealed record Returnable(string Status, bool InTime, IReadOnlyDictionary<string, long> Left);

/// <summary>A return as the warehouse finds it.</summary>
/// <param name="Detail">What its owner sees.</param>
/// <param name="Warehouse">Where its label leads; null until the order has set its units aside.</param>
/// <param name="Received">What came back; null until something has.</param>
internal sealed record FoundReturn(ReturnDetail Detail, string? Warehouse, IReadOnlyList<ReceivedLine>? Received);

/// <summary>Returns, from the views of their context, and what of an order can still be returned.</summary>
internal sealed class ReturnReads(ReadsDatabase database, IOptions<ReturnOptions> options)
{
    private const int PatienceInSeconds = 5;

    private const string Columns = """
        select id, order_id, status, lines, refund_amount, currency, carrier, tracking_number, created_at, history, warehouse,
            received
        from returns.return_view
        """;

    private const string LabelSql = """
        select tracking_number, carrier, warehouse
        from returns.return_view where id = $1 and order_id = $2 and owner = $3 and tracking_number is not null
        """;

    private readonly KeyedReads<Guid, IReadOnlyList<ReturnView>> _ofOrders = new(
        database.Source,
        """
        select order_id, jsonb_agg(jsonb_build_object('id', id, 'status', status) order by created_at, id)
        from returns.return_view where order_id = any((select $1)::uuid[]) group by order_id
        """,
        row => new(row.GetGuid(0), JsonSerializer.Deserialize(row.GetString(1), ShopJson.Wire.IReadOnlyListReturnView)!));

    /// <summary>What is sent back of these orders.</summary>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<ReturnView>>> OfOrders(IReadOnlyCollection<Guid> orders) =>
        orders.Count == 0 ? new Dictionary<Guid, IReadOnlyList<ReturnView>>() : await _ofOrders.Of(orders);

    /// <returns>Null if there is no such order, or it is someone else's.</returns>
    public async Task<Returnable?> FindOrder(Guid orderId, string owner, CancellationToken cancellationToken)
    {
        await using var command = Ask(
            """
            select status, delivered_at > now() - $3, lines, set_aside
            from orders.returnable_view where id = $1 and owner = $2
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = orderId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = owner });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.Window });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var lines = JsonSerializer.Deserialize(reader.GetString(2), ShopJson.Wire.IReadOnlyListOrderLine)!;
        var setAside = JsonSerializer.Deserialize(reader.GetString(3), ShopJson.Wire.DictionaryStringInt64)!;
        return new Returnable(
            reader.GetString(0),
            !reader.IsDBNull(1) && reader.GetBoolean(1),
            lines.GroupBy(line => line.Sku, line => (long)line.Quantity, StringComparer.Ordinal).ToDictionary(
                bought => bought.Key, bought => bought.Sum() - setAside.GetValueOrDefault(bought.Key), StringComparer.Ordinal));
    }

    /// <returns>Null if there is none, or it is someone else's or another order's.</returns>
    public async Task<ReturnDetail?> Find(Guid orderId, Guid returnId, string owner, CancellationToken cancellationToken)
    {
        await using var command = Ask($"{Columns} where id = $1 and order_id = $2 and owner = $3");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = returnId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = orderId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = owner });
        return (await Read(command, cancellationToken))?.Detail;
    }

    /// <summary>For those who may see everyone's.</summary>
    public async Task<FoundReturn?> Find(Guid returnId, CancellationToken cancellationToken)
    {
        await using var command = Ask($"{Columns} where id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = returnId });
        return await Read(command, cancellationToken);
    }

    /// <returns>Null if there is none, it is someone else's or another order's, or no carrier is booked yet.</returns>
    public async Task<ParcelLabel?> FindLabel(Guid orderId, Guid returnId, string owner, CancellationToken cancellationToken)
    {
        await using var command = Ask(LabelSql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = returnId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = orderId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = owner });
        var (number, carrier, warehouse) = ("", "", "");
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) return null;
            (number, carrier, warehouse) = (row.GetString(0), row.GetString(1), row.GetString(2));
        }

        return new ParcelLabel(
            number, carrier, "RETURN", await AddressOf(warehouse, cancellationToken), $"TO {warehouse}", orderId);
    }

    public static string UrlOf(Guid orderId, Guid returnId) => $"/orders/{orderId}/returns/{returnId}";

    private async Task<Address> AddressOf(string warehouse, CancellationToken cancellationToken)
    {
        await using var command = Ask(
            "select name, city, region, postal_code, country from inventory.warehouse_view where code = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = warehouse });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new Address(
            row.GetString(0), warehouse, null, row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3),
            row.GetString(4));
    }

    private NpgsqlCommand Ask(string statement)
    {
        var command = database.Source.CreateCommand(statement);
        command.CommandTimeout = PatienceInSeconds;
        return command;
    }

    private static async Task<FoundReturn?> Read(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) return null;
        var json = ShopJson.Wire;
        var (id, orderId, status) = (row.GetGuid(0), row.GetGuid(1), row.GetString(2));
        var detail = new ReturnDetail
        {
            Id = id,
            OrderId = orderId,
            Status = status,
            Lines = JsonSerializer.Deserialize(row.GetString(3), json.IReadOnlyListReturnLine)!,
            Refund = ReturnRefundView.Of(status, row.IsDBNull(4) ? null : new Money(row.GetInt64(4), row.GetString(5))),
            Label = new ReturnLabelView(
                UrlOf(orderId, id) + "/label", row.IsDBNull(6) ? null : row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7)),
            CreatedAt = row.GetDateTime(8),
            History = OrderStep.Utc(JsonSerializer.Deserialize(row.GetString(9), json.IReadOnlyListOrderStep)!),
        };
        return new FoundReturn(
            detail,
            row.IsDBNull(10) ? null : row.GetString(10),
            row.IsDBNull(11) ? null : JsonSerializer.Deserialize(row.GetString(11), json.IReadOnlyListReceivedLine));
    }
}
