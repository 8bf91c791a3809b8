using Npgsql;
using NpgsqlTypes;
using Shop.Contracts.Inventory;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Inventory;

/// <summary>
/// Takes warehouses and goods in by the hundred, for whoever brings many at once, each call in a transaction of its
/// own. A call that is repeated changes nothing.
/// </summary>
internal sealed class StockIntake(NpgsqlDataSource database, CurrentWarehouseMap maps)
{
    public const int MostWarehouses = 1_000;

    private const string PutWarehousesSql = """
        insert into inventory.warehouse as w
          (code, name, line1, line2, city, region, postal_code, country, latitude, longitude)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as put (code)
        order by code
        on conflict (code) do update set
          name = excluded.name, line1 = excluded.line1, line2 = excluded.line2, city = excluded.city,
          region = excluded.region, postal_code = excluded.postal_code, country = excluded.country,
          latitude = excluded.latitude, longitude = excluded.longitude
        where (w.name, w.line1, w.line2, w.city, w.region, w.postal_code, w.country, w.latitude, w.longitude)
          is distinct from (excluded.name, excluded.line1, excluded.line2, excluded.city, excluded.region,
            excluded.postal_code, excluded.country, excluded.latitude, excluded.longitude)
        """;

    /// <summary>Opens or changes warehouses, each code at most once. Returns how many were opened or changed.</summary>
    public async Task<int> PutWarehouses(
        IReadOnlyList<PutWarehouse> commands, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(commands.Count, MostWarehouses);
        await using var command = database.CreateCommand(PutWarehousesSql);
        void AddText(Func<PutWarehouse, string?> value) =>
            command.Parameters.Add(SqlArrays.Of(commands.Select(value), NpgsqlDbType.Text));
        void AddDegrees(Func<PutWarehouse, double> value) =>
            command.Parameters.Add(SqlArrays.Of(commands.Select(value), NpgsqlDbType.Double));

        AddText(put => put.Code);
        AddText(put => put.Name);
        AddText(put => put.Address.Line1);
        AddText(put => put.Address.Line2);
        AddText(put => put.Address.City);
        AddText(put => put.Address.Region);
        AddText(put => put.Address.PostalCode);
        AddText(put => put.Address.Country);
        AddDegrees(put => put.Latitude);
        AddDegrees(put => put.Longitude);
        var changed = await command.ExecuteNonQueryAsync(cancellationToken);
        maps.Forget();
        return changed;
    }

    public async Task<IReadOnlyList<string>> WarehouseCodes(int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select code from inventory.warehouse order by code limit $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var codes = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            codes.Add(reader.GetString(0));
        return codes;
    }

    /// <summary>Receives goods, one outcome a command. See <see cref="Stockroom.Receive"/>.</summary>
    public Task<IReadOnlyList<ReceiveOutcome>> Receive(
        IReadOnlyList<ReceiveStock> commands, CancellationToken cancellationToken) =>
        // Of two who receive the same at this moment, the second then finds it in the ledger.
        Conflicts.Retry(() => ReceiveOnce(commands, cancellationToken), PostgresErrorCodes.UniqueViolation);

    private async Task<IReadOnlyList<ReceiveOutcome>> ReceiveOnce(
        IReadOnlyList<ReceiveStock> commands, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        var stockroom = new Stockroom(maps, connection, transaction, batch);
        var outcomes = await stockroom.Receive(commands, cancellationToken);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return outcomes;
    }
}
