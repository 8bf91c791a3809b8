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
    /// <summary>
    /// $1 owner, $2 the order before the page, $3 how many. An owner's requests are found by the key and sorted: they are
    /// those of two days. Orders' ids ascend with the time at which they were accepted.
    /// </summary>
    internal const string NewestStatement = """
        with own as materialized (
            select order_id, placed from requests.accepted_request where owner = $1)
        select order_id, placed from own where order_id < $2 order by order_id desc limit $3
        """;

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

    /// <summary>The newest orders of an owner, at most so many, those before the one given; recorded or not.</summary>
    public async Task<IReadOnlyList<(Guid Id, AcceptedOrder Order)>> Newest(
        string owner, Guid before, int most, CancellationToken cancellationToken)
    {
        await using var command = _database.Source.CreateCommand(NewestStatement);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = owner });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var orders = new List<(Guid, AcceptedOrder)>();
        while (await reader.ReadAsync(cancellationToken)) orders.Add((reader.GetGuid(0), ReadPlaced(reader, 1)));
        return orders;
    }

    private async Task ReadGroup(IReadOnlyList<Call<(string Owner, string Key), AcceptedRequest?>> calls)
    {
        await using var command = _database.Source.CreateCommand("""
            select w.n, r.owner, r.key, r.fingerprint, r.order_id, r.status_code, r.headers, r.body, r.placed,
                r.created_at
            from unnest((select $1), (select $2)) with ordinality w(owner, key, n)
            cross join lateral (
                select * from requests.accepted_request where owner = w.owner and key = w.key offset 0) r
            """);
        command.CommandTimeout = PatienceInSeconds;
        var (owners, keys) = (new string[calls.Count], new string[calls.Count]);
        for (var i = 0; i < calls.Count; i++) (owners[i], keys[i]) = calls[i].Request;
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = owners });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = keys });
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
