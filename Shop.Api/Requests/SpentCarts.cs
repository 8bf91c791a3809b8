using Npgsql;
using Shop.Api.Reads;
using Shop.Messaging.Hosting;

namespace Shop.Api.Requests;

/// <summary>How a cart's generation ended: in an order, or let go.</summary>
internal sealed record CartEnd(Guid? OrderId);

/// <summary>Which carts were ordered. The table's key decides, whoever asks and however late a commit is.</summary>
internal sealed class SpentCarts(Database<RequestsDbContext> database)
{
    private const int PatienceInSeconds = 5;

    private readonly KeyedReads<Guid, CartEnd> _reads = new(
        database.Source,
        "select cart_id, order_id from requests.spent_cart where cart_id = any((select $1)::uuid[])",
        row => new(row.GetGuid(0), new CartEnd(row.IsDBNull(1) ? null : row.GetGuid(1))));

    /// <returns>Those that have ended.</returns>
    public Task<IReadOnlyDictionary<Guid, CartEnd>> Of(IReadOnlyCollection<Guid> carts) => _reads.Of(carts);

    /// <summary>
    /// Gives a cart's checkout up, unless it has been accepted: one whose commit is under way is waited for, and one that
    /// comes later fails.
    /// </summary>
    public async Task<CartEnd> LetGo(Guid cart)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var batch = connection.CreateBatch();
        batch.Timeout = PatienceInSeconds;
        batch.BatchCommands.Add(Command(
            "insert into requests.spent_cart (cart_id) values ($1) on conflict do nothing", cart));
        batch.BatchCommands.Add(Command("select order_id from requests.spent_cart where cart_id = $1", cart));
        return new CartEnd(await batch.ExecuteScalarAsync() is Guid orderId ? orderId : null);
    }

    private static NpgsqlBatchCommand Command(string sql, Guid cart)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = cart });
        return command;
    }
}
