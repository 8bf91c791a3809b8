using System.Data;
using Npgsql;
using NpgsqlTypes;
using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

internal sealed class StockroomReads(NpgsqlConnection connection, NpgsqlTransaction? transaction)
{
    private const string ReservationsSql = """
        select order_id, state, lines, purchases from inventory.reservation where order_id = any($1)
        """;

    private const string StockSql = """
        select s.sku, s.warehouse, s.on_hand - s.reserved - s.sold, l.id, l.per_person_limit, l.quantity - l.taken
        from inventory.stock_item s
        left join inventory.sale l on l.sku = s.sku and l.is_current and l.starts_at <= now() and l.ends_at > now()
        where s.sku = any($1) and s.on_hand - s.reserved - s.sold > 0
        """;

    private const string AccountsSql = """
        select a.sale_id, a.buyer, a.reserved + a.sold
        from unnest((select $1), (select $2)) as asked (sale_id, buyer)
        join inventory.purchase_account a using (sale_id, buyer)
        """;

    private const string OverdueSql = $"""
        select order_id, state, lines, purchases
        from inventory.reservation
        where state = '{ReservationState.Held}' and expires_at < now()
        order by expires_at
        limit $1
        for no key update skip locked
        """;

    private const string MovesSql = """
        select subject_id, is_refused, lines from inventory.stock_move where subject_id = any($1) and kind = $2
        """;

    private const string ReceiptsSql = $"""
        select l.sku, l.warehouse, l.reference
        from unnest($1, $2, $3) as asked (sku, warehouse, reference)
        join inventory.ledger_entry l
          on l.sku = asked.sku and l.warehouse = asked.warehouse and l.reference = asked.reference
        where l.kind = '{LedgerKind.Received}'
        """;

    /// <summary>What orders have, what there is of SKUs, and which of them are on sale at this moment.</summary>
    public async Task<(Dictionary<Guid, KnownReservation> Reservations, Shelves Shelves, OpenSales Sales)> ReservationsAndStock(
        IEnumerable<Guid> orders, IEnumerable<StockLine> lines, CancellationToken cancellationToken)
    {
        var skus = lines.Select(line => line.Sku).Distinct(StringComparer.Ordinal).ToArray();
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(AskReservations(orders));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(StockSql)
        {
            Parameters = { SqlArrays.Of(skus, NpgsqlDbType.Text) },
        });

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var reservations = new Dictionary<Guid, KnownReservation>();
        while (await reader.ReadAsync(cancellationToken))
            reservations.Add(reader.GetGuid(0), Known(reader));

        await reader.NextResultAsync(cancellationToken);
        var (shelves, sales) = (new Shelves(), new OpenSales());
        while (await reader.ReadAsync(cancellationToken))
        {
            shelves.Put(new AvailableStock(reader.GetString(1), reader.GetString(0), reader.GetInt32(2)));
            if (!reader.IsDBNull(3))
                sales.Put(reader.GetString(0), new OpenSale(reader.GetGuid(3), reader.GetInt32(4), reader.GetInt32(5)));
        }

        return (reservations, shelves, sales);
    }

    /// <summary>What these buyers have of these sales.</summary>
    public async Task Accounts(OpenSales sales, IReadOnlyList<Purchase> purchases, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(AccountsSql, connection, transaction);
        command.Parameters.Add(SqlArrays.Of(purchases.Select(purchase => purchase.SaleId), NpgsqlDbType.Uuid));
        command.Parameters.Add(SqlArrays.Of(purchases.Select(purchase => purchase.Buyer), NpgsqlDbType.Text));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            sales.PutAccount(reader.GetGuid(0), reader.GetString(1), reader.GetInt32(2));
    }

    public async Task<Dictionary<Guid, KnownReservation>> Reservations(
        IEnumerable<Guid> orders, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(AskReservations(orders));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var reservations = new Dictionary<Guid, KnownReservation>();
        while (await reader.ReadAsync(cancellationToken))
            reservations.Add(reader.GetGuid(0), Known(reader));
        return reservations;
    }

    public async Task<List<(Guid Order, KnownReservation Reservation)>> Overdue(
        int most, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(OverdueSql, connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var overdue = new List<(Guid, KnownReservation)>();
        while (await reader.ReadAsync(cancellationToken))
            overdue.Add((reader.GetGuid(0), Known(reader)));
        return overdue;
    }

    /// <summary>Those of the receipts that are in the ledger.</summary>
    public async Task<HashSet<(string Sku, string Warehouse, string Reference)>> Receipts(
        IReadOnlyList<ReceiveStock> commands, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReceiptsSql, connection, transaction)
        {
            Parameters =
            {
                SqlArrays.Of(commands.Select(receipt => receipt.Sku), NpgsqlDbType.Text),
                SqlArrays.Of(commands.Select(receipt => receipt.Warehouse), NpgsqlDbType.Text),
                SqlArrays.Of(commands.Select(receipt => receipt.Reference), NpgsqlDbType.Text),
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var receipts = new HashSet<(string, string, string)>();
        while (await reader.ReadAsync(cancellationToken))
            receipts.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return receipts;
    }

    /// <summary>What was done for these parcels or returns before.</summary>
    public async Task<Dictionary<Guid, KnownMove>> Moves(
        string kind, IEnumerable<Guid> subjects, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(MovesSql, connection, transaction);
        command.Parameters.Add(SqlArrays.Of(subjects, NpgsqlDbType.Uuid));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = kind });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var moves = new Dictionary<Guid, KnownMove>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (isRefused, lines) = (reader.GetBoolean(1), reader.GetString(2));
            moves.Add(reader.GetGuid(0), isRefused
                ? new KnownMove([], ReservationLines.Shortages(lines), true)
                : new KnownMove(ReservationLines.Allocations(lines), [], false));
        }

        return moves;
    }

    private static NpgsqlBatchCommand AskReservations(IEnumerable<Guid> orders) => new(ReservationsSql)
    {
        Parameters = { SqlArrays.Of(orders, NpgsqlDbType.Uuid) },
    };

    private static KnownReservation Known(IDataRecord row)
    {
        var (state, lines) = (row.GetString(1), row.GetString(2));
        return state == ReservationState.Rejected
            ? new KnownReservation(state, [], ReservationLines.Shortages(lines))
            : new KnownReservation(state, ReservationLines.Allocations(lines), [])
            {
                Purchases = ReservationLines.Purchases(row.IsDBNull(3) ? null : row.GetString(3)),
            };
    }
}

internal static class SqlArrays
{
    public static NpgsqlParameter Of<T>(IEnumerable<T> values, NpgsqlDbType type) =>
        new NpgsqlParameter<T[]> { TypedValue = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
}
