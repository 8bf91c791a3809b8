using Npgsql;
using Xunit;

namespace Shop.IntegrationTests.Checkout;

/// <summary>What the databases say, read past every host; and the promises that hold over all of it.</summary>
internal sealed class Books(NpgsqlDataSource database)
{
    /// <summary>Of one SKU, over all warehouses.</summary>
    public async Task<Stock> StockOf(string sku)
    {
        await using var command = database.CreateCommand(
            """
            select coalesce(sum(on_hand), 0)::int, coalesce(sum(reserved), 0)::int, coalesce(sum(sold), 0)::int
            from inventory.stock_item where sku = $1
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = sku });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new Stock(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2));
    }

    public Task<Stock> StockBecomes(string sku, Stock expected) =>
        Waiting.For($"the stock of {sku} is {expected}", () => StockOf(sku), stock => stock == expected);

    /// <summary>The kinds of movement that an order made, in order, such as <c>RESERVED, SOLD</c>.</summary>
    public async Task<string> Ledger(Guid orderId) => await Read<string?>(
        "select string_agg(kind, ', ' order by id) from inventory.ledger_entry where order_id = $1", orderId) ?? "";

    /// <summary>Null while there is none.</summary>
    public Task<string?> Reservation(Guid orderId) =>
        Read<string?>("select state from inventory.reservation where order_id = $1", orderId);

    /// <summary>Null while there is none.</summary>
    public Task<string?> Payment(Guid orderId) =>
        Read<string?>("select status from payments.payment where order_id = $1", orderId);

    /// <summary>The movements of money, such as <c>AUTHORIZATION, VOID</c>.</summary>
    public async Task<string> PaymentEntries(Guid orderId) => await Read<string?>(
        "select string_agg(kind, ', ' order by kind) from payments.payment_entry where order_id = $1", orderId) ?? "";

    public async Task<bool> IsWithFulfillment(Guid orderId) => await Read<long>(
        "select count(*) from fulfillment.fulfillment_order where order_id = $1 and not cancelled", orderId) == 1;

    /// <summary>The statuses that an order has shown.</summary>
    public async Task<string> History(Guid orderId) => await Read<string?>(
        "select string_agg(status, ', ' order by sequence) from orders.order_history where order_id = $1",
        orderId) ?? "";

    public Task<string?> StateOf(Guid orderId) =>
        Read<string?>("select current_state from orders.orders where id = $1", orderId);

    /// <summary>Counts what the order's machine has done.</summary>
    public Task<int> VersionOf(Guid orderId) =>
        Read<int>("select version from orders.orders where id = $1", orderId);

    /// <summary>Gives an order to a carrier, unless it was called off.</summary>
    /// <returns>Whether it left.</returns>
    public async Task<bool> HandOver(Guid orderId) => await Read<long>("""
        with left_now as (
            update fulfillment.fulfillment_order set handed_over = true, version = version + 1
            where order_id = $1 and not cancelled returning 1)
        select count(*) from left_now
        """, orderId) == 1;

    public Task<long> OrdersOf(string email) =>
        Read<long>("select count(*) from orders.orders where email = $1", email);

    /// <summary>Messages of an order that are committed in a schema and that the broker is not known to have.</summary>
    public Task<long> Stuck(string schema, Guid orderId) =>
        Read<long>(
        $"select count(*) from {schema}.outbox_message where convert_from(body, 'UTF8') like $1", $"%{orderId}%");

    public Task<long> Deadlocks() =>
        Read<long>("select deadlocks from pg_stat_database where datname = current_database()");

    public Task<long> PaymentsAuthorized(string emailLike) => Read<long>(
        "select count(*) from payments.payment p join orders.orders o on o.id = p.order_id "
        + "where p.status = 'AUTHORIZED' and o.email like $1", emailLike);

    /// <summary>By status, of the orders of some buyers.</summary>
    public async Task<IReadOnlyDictionary<string, long>> Statuses(string emailLike)
    {
        await using var command = database.CreateCommand(
            "select status, count(*) from orders.orders where email like $1 group by status");
        command.Parameters.Add(new NpgsqlParameter { Value = emailLike });
        await using var reader = await command.ExecuteReaderAsync();
        var statuses = new Dictionary<string, long>();
        while (await reader.ReadAsync()) statuses[reader.GetString(0)] = reader.GetInt64(1);
        return statuses;
    }

    /// <summary>Of a product that is for sale.</summary>
    public async Task<string> AnySku() =>
        (await Read<string>("select sku from catalog.product where active order by sku limit 1"))!;

    /// <summary>A number that a statement says.</summary>
    public Task<long> Count(string sql, params object[] values) => Read<long>(sql, values);

    public Task<DateTime> Now() => Read<DateTime>("select now()");

    /// <summary>What must hold at every moment, and, for orders that have come to rest, before long.</summary>
    /// <param name="since">Only of orders and dead letters from then on, so that each test answers for itself.</param>
    public async Task Balance(DateTime since)
    {
        Assert.Equal("0 0 0 0", await Read<string>("""
            select concat_ws(' ', wrong_bounds, wrong_ledger, wrong_reserved, wrong_sold)
            from inventory.stock_audit_view
            """));
        Assert.Equal(0, await Read<long>("""
            select count(*) from (
                select o.id from orders.orders o left join orders.order_history h on h.order_id = o.id
                where o.created_at >= $1
                group by o.id
                having count(h.sequence) <> max(o.history_sequence) or min(h.sequence) <> 1
                    or max(h.sequence) <> count(*)
                    or (array_agg(h.status order by h.sequence desc))[1] <> max(o.status)) gaps
            """, since));
        Assert.Equal(0, await Read<long>("select violations from notifications.audit_view"));
        Assert.Equal(0, await Read<long>("select count(*) from messaging.dead_letter where parked_at >= $1", since));
        await Waiting.For("orders at rest have their stock and money, or neither", () => Read<long>("""
            select count(*) from orders.orders o
            left join inventory.reservation r on r.order_id = o.id
            left join payments.payment p on p.order_id = o.id
            where o.created_at >= $1 and (
                o.status = 'CONFIRMED'
                    and (r.state is distinct from 'SOLD' or p.status is distinct from 'AUTHORIZED')
                or o.status in ('SHIPPED', 'DELIVERED', 'RETURN_REQUESTED', 'RETURNED', 'REFUNDED')
                    and r.state is distinct from 'SOLD'
                or o.status in ('OUT_OF_STOCK', 'PAYMENT_FAILED', 'EXPIRED', 'CANCELLED')
                    and (coalesce(r.state, '') in ('HELD', 'SOLD') or coalesce(p.status, '') = 'AUTHORIZED'))
            """, since), wrong => wrong == 0);
    }

    private async Task<T?> Read<T>(string sql, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync() is { } found and not DBNull ? (T)found : default;
    }
}

/// <summary>Units on the shelf, and of those reserved and sold.</summary>
internal sealed record Stock(int OnHand, int Reserved, int Sold);
