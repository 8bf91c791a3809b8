using Npgsql;

namespace Shop.Workers.Inventory;

/// <summary>
/// The stock's promises evaluated now: no bound is broken, the ledger replays to the rows, and what is reserved and
/// sold is what orders hold and have bought. Reads the whole ledger.
/// </summary>
internal sealed record StockAudit(
    long StockItems,
    long OnHand,
    long Reserved,
    long Sold,
    long WrongBounds,
    long WrongLedger,
    long WrongReserved,
    long WrongSold)
{
    public bool IsClean => (WrongBounds, WrongLedger, WrongReserved, WrongSold) is (0, 0, 0, 0);

    public static async Task<StockAudit> Read(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select stock_items, on_hand, reserved, sold, wrong_bounds, wrong_ledger, wrong_reserved, wrong_sold
            from inventory.stock_audit_view
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new StockAudit(
            reader.GetInt64(0),
            reader.GetInt64(1),
            reader.GetInt64(2),
            reader.GetInt64(3),
            reader.GetInt64(4),
            reader.GetInt64(5),
            reader.GetInt64(6),
            reader.GetInt64(7));
    }
}
