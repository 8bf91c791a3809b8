using System.Text.Json;
using Npgsql;
using Shop.Api.Http;
using Shop.Api.Reads;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Hosting;

namespace Shop.Api.Requests;

/// <summary>An order of ours, before its own record is there.</summary>
internal sealed record PlacedOrder(string Owner, AcceptedOrder Order);

/// <summary>Finds accepted requests, many at a time.</summary>
internal sealed class AcceptedRequests
{
    private const int PatienceInSeconds = 5;

    private readonly Database<RequestsDbContext> _database;
    private readonly Coalescer<(string Owner, string Key), AcceptedRequest?> _byKey;
    private readonly KeyedReads<Guid, PlacedOrder> _byOrder;

    public AcceptedRequests(Database<RequestsDbContext> database)
    {
        _database = database;
        _byKey = new Coalescer<(string Owner, string Key), AcceptedRequest?>(ReadGroup, waitingLimit: 5_000);
        _byOrder = new KeyedReads<Guid, PlacedOrder>(
            database.Source,
            "select order_id, owner, placed from requests.accepted_request where order_id = any((select $1)::uuid[])",
            row => new(row.GetGuid(0), new PlacedOrder(row.GetString(1), ReadPlaced(row, 2))));
    }

    /// <returns>Null if this owner's key has not been accepted.</returns>
    public Task<AcceptedRequest?> Find(string owner, string key) => _byKey.Call((owner, key));

    /// <returns>Null if there is none, or it was accepted days ago.</returns>
    public Task<PlacedOrder?> OfOrder(Guid orderId) => _byOrder.Find(orderId);

    private async Task ReadGroup(IReadOnlyList<Call<(string Owner, string Key), AcceptedRequest?>> calls)
    {
        await using var command = _database.Source.CreateCommand("""
            select w.n, r.owner, r.key, r.fingerprint, r.order_id, r.status_code, r.headers, r.body, r.placed, r.created_at
            from unnest((select $1), (select $2)) with ordinality w(owner, key, n)
            cross join lateral (
                select * from requests.accepted_request where owner = w.owner and key = w.key offset 0) r
            """);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. calls.Select(call => call.Request.Owner)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. calls.Select(call => call.Request.Key)] });
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) calls[(int)reader.GetInt64(0) - 1].Succeed(Read(reader));
        }

        foreach (var call in calls) call.Succeed(null);
    }

    private static AcceptedRequest Read(NpgsqlDataReader row) => new()
    {
        Owner = row.GetString(1),
        Key = row.GetString(2),
        Fingerprint = row.GetFieldValue<byte[]>(3),
        OrderId = row.GetGuid(4),
        StatusCode = row.GetInt32(5),
        Headers = JsonSerializer.Deserialize(row.GetString(6), ShopJson.Wire.IReadOnlyDictionaryStringString)!,
        Body = row.GetFieldValue<byte[]>(7),
        Placed = ReadPlaced(row, 8),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(9),
    };

    private static AcceptedOrder ReadPlaced(NpgsqlDataReader row, int column) =>
        JsonSerializer.Deserialize(row.GetString(column), ShopJson.Wire.AcceptedOrder)!;
}
