using Npgsql;

namespace Shop.Workers.Inventory;

/// <summary>The map as it was at most a minute ago. Distances break ties, so a minute late harms nothing.</summary>
internal sealed class CurrentWarehouseMap(TimeProvider time) : IDisposable
{
    private const int MostWarehouses = 20_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private const string Sql = """
        select code, region, postal_code, country, latitude, longitude
        from inventory.warehouse order by code limit $1
        """;

    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile Loaded? _loaded;

    /// <summary>Reads over the caller's connection when due; one caller reads, the others use the old map.</summary>
    public async ValueTask<WarehouseMap> Get(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        var loaded = _loaded;
        if (IsFresh(loaded))
            return loaded!.Map;

        var patience = loaded is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero;
        if (!await _loading.WaitAsync(patience, cancellationToken))
            return loaded!.Map;
        try
        {
            loaded = _loaded;
            if (IsFresh(loaded))
                return loaded!.Map;
            var since = time.GetTimestamp();
            var map = new WarehouseMap(await Read(connection, transaction, cancellationToken));
            _loaded = new Loaded(map, since);
            return map;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The next caller reads again. For whoever has just changed a warehouse.</summary>
    public void Forget() => _loaded = null;

    public void Dispose() => _loading.Dispose();

    private bool IsFresh(Loaded? loaded) => loaded is not null && time.GetElapsedTime(loaded.Since) < Fresh;

    private static async Task<List<WarehouseSite>> Read(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostWarehouses });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sites = new List<WarehouseSite>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sites.Add(new WarehouseSite(
                reader.GetString(0),
                reader.IsDBNull(1) ? null : reader.GetString(1),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetDouble(4),
                reader.GetDouble(5)));
        }

        return sites;
    }

    private sealed record Loaded(WarehouseMap Map, long Since);
}
