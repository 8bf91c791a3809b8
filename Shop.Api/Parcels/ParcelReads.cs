using System.Text.Json;
using Npgsql;
using Shop.Api.Http;
using Shop.Api.Orders;
using Shop.Api.Reads;
using Shop.Contracts;
using Shop.Contracts.Fulfillment;
using Shop.Messaging.Hosting;

namespace Shop.Api.Parcels;

/// <summary>Parcels, from the view of those who send them.</summary>
internal sealed class ParcelReads(ReadsDatabase database)
{
    private const int PatienceInSeconds = 5;

    private const string Columns = """
        select id, order_id, warehouse, status, carrier, tracking_number, lines, amount, currency, leaving, reason,
            created_at, status_since
        from fulfillment.parcel_view
        """;

    private const string LabelSql = """
        select tracking_number, carrier, warehouse, shipping_address, shipping_method, order_id
        from fulfillment.label_view where id = $1
        """;

    private static readonly DateTime EndOfTime = DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc);

    private readonly KeyedReads<Guid, IReadOnlyList<ShipmentView>> _shipments = new(
        database.Source,
        $"""
        select order_id, jsonb_agg(jsonb_build_object('carrier', carrier, 'trackingNumber', tracking_number,
            'status', status, 'warehouse', warehouse, 'lines', lines) order by created_at, id)
        from fulfillment.parcel_view
        where order_id = any((select $1)::uuid[]) and status <> '{ParcelStatus.Cancelled}'
        group by order_id
        """,
        row => new(row.GetGuid(0), JsonSerializer.Deserialize(row.GetString(1), ShopJson.Wire.IReadOnlyListShipmentView)!));

    /// <summary>What is sent of these orders.</summary>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<ShipmentView>>> OfOrders(IReadOnlyCollection<Guid> orders) =>
        orders.Count == 0 ? new Dictionary<Guid, IReadOnlyList<ShipmentView>>() : await _shipments.Of(orders);

    /// <returns>Null if there is none.</returns>
    public async Task<ParcelView?> Find(Guid id, CancellationToken cancellationToken)
    {
        await using var command = Command($"{Columns} where id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return (await Read(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>The newest first, those before the one given.</summary>
    /// <param name="status">One of the words of <see cref="ParcelStatus"/>; null for all.</param>
    /// <param name="warehouse">A code; null for all.</param>
    /// <param name="before">The last parcel of the page before.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ParcelView>> Newest(
        string? status, string? warehouse, (DateTime CreatedAt, Guid Id)? before, int most,
        CancellationToken cancellationToken)
    {
        var (createdAt, id) = before ?? (EndOfTime, Guid.AllBitsSet);
        // A statement for each filter: each has an index that is walked.
        await using var command = Command("");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = createdAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        command.CommandText = $"{Columns} where (created_at, id) < ($1, $2){And("status", status)}{And("warehouse", warehouse)} "
            + "order by created_at desc, id desc limit $3";

        string And(string column, string? value)
        {
            if (value is null) return "";
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
            return $" and {column} = ${command.Parameters.Count}";
        }

        return await Read(command, cancellationToken);
    }

    /// <returns>Null if there is no such parcel, or it has no label yet.</returns>
    public async Task<ParcelLabel?> FindLabel(Guid id, CancellationToken cancellationToken)
    {
        await using var command = Command(LabelSql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) return null;
        return new ParcelLabel(
            row.GetString(0), row.GetString(1), row.GetString(2),
            JsonSerializer.Deserialize(row.GetString(3), ShopJson.Wire.Address)!, row.GetString(4), row.GetGuid(5));
    }

    private NpgsqlCommand Command(string statement)
    {
        var command = database.Source.CreateCommand(statement);
        command.CommandTimeout = PatienceInSeconds;
        return command;
    }

    private static async Task<List<ParcelView>> Read(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var parcels = new List<ParcelView>();
        while (await row.ReadAsync(cancellationToken))
            parcels.Add(new ParcelView
            {
                Id = row.GetGuid(0),
                OrderId = row.GetGuid(1),
                Warehouse = row.GetString(2),
                Status = row.GetString(3),
                Carrier = row.IsDBNull(4) ? null : row.GetString(4),
                TrackingNumber = row.IsDBNull(5) ? null : row.GetString(5),
                Lines = JsonSerializer.Deserialize(row.GetString(6), ShopJson.Wire.IReadOnlyListStockLine)!,
                Amount = new Money(row.GetInt64(7), row.GetString(8)),
                Leaving = row.GetBoolean(9),
                Reason = row.IsDBNull(10) ? null : row.GetString(10),
                CreatedAt = row.GetDateTime(11),
                StatusSince = row.GetDateTime(12),
            });
        return parcels;
    }
}
