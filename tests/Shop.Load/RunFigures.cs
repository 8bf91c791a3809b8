using Npgsql;

namespace Shop.Load;

/// <summary>The run by the database's own times, on the connection that <see cref="Audit.Load"/> had.</summary>
internal sealed record RunFigures
{
    private const string BySecond =
        """
        select floor(extract(epoch from h.at - $1))::int, count(*)::int
        from orders.order_history h join audited a on a.id = h.order_id
        where h.status = 'CONFIRMED' and h.at >= $1 and h.at < $2
        group by 1
        """;

    private const string Accepted =
        """
        select count(*),
          percentile_disc(0.5) within group (order by ms), percentile_disc(0.99) within group (order by ms), max(ms)
        from (
          select (extract(epoch from h.at - o.created_at) * 1000)::float8 as ms
          from measured m
          join orders.orders o on o.id = m.id
          join orders.order_history h on h.order_id = m.id and h.status = 'CONFIRMED') confirmed
        """;

    private const string ByStatus =
        """
        select coalesce(o.status, '(missing)'), count(*)
        from measured m left join orders.orders o on o.id = m.id
        group by 1 order by 2 desc
        """;

    public required IReadOnlyList<int> ConfirmedBySecond { get; init; }
    public required long Confirmed { get; init; }
    public required Latency Latency { get; init; }
    public required IReadOnlyDictionary<string, long> Ends { get; init; }

    public static async Task<RunFigures> Read(
        NpgsqlConnection connection,
        IEnumerable<Guid> measured,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken)
    {
        await Audit.Execute(connection, "create temporary table measured (id uuid primary key)", cancellationToken);
        await Audit.CopyIds(connection, "measured", measured.Distinct(), cancellationToken);
        await Audit.Execute(connection, "analyze measured", cancellationToken);

        // The last second is not whole, unless the window is.
        var seconds = new int[(int)(until - from).TotalSeconds];
        long confirmed = 0;
        await foreach (var (second, count) in Rows(
            connection, BySecond, row => (row.GetInt32(0), row.GetInt32(1)), [from, until], cancellationToken))
        {
            confirmed += count;
            if (second < seconds.Length)
                seconds[second] = count;
        }

        var latency = new Latency(0, null, null, null);
        await foreach (var row in Rows(connection, Accepted, ReadLatency, [], cancellationToken))
            latency = row;

        var ends = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var (status, count) in Rows(
            connection, ByStatus, row => (row.GetString(0), row.GetInt64(1)), [], cancellationToken))
            ends[status] = count;

        return new RunFigures { ConfirmedBySecond = seconds, Confirmed = confirmed, Latency = latency, Ends = ends };
    }

    private static Latency ReadLatency(NpgsqlDataReader row)
    {
        return new Latency(row.GetInt64(0), Milliseconds(1), Milliseconds(2), Milliseconds(3));

        double? Milliseconds(int column) => row.IsDBNull(column) ? null : row.GetDouble(column);
    }

    private static async IAsyncEnumerable<T> Rows<T>(
        NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> read,
        DateTimeOffset[] times,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        foreach (var time in times)
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return read(reader);
    }
}
