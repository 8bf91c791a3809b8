using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Api.Orders;
using Shop.Api.Requests;
using Shop.Messaging.Hosting;
using Shop.Sagas.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Orders;

/// <summary>Many orders, of which one owner has a few: what the database does to find them.</summary>
public sealed class ManyOrders : IAsyncLifetime
{
    private readonly TestDatabase _database = new();

    internal NpgsqlDataSource Source => _database.Source;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await using var orders = new OrdersDbContext(ContextOptions.Of<OrdersDbContext>(Source));
        await orders.Database.MigrateAsync();
        await using var requests = new RequestsDbContext(ContextOptions.Of<RequestsDbContext>(Source));
        await requests.Database.MigrateAsync();
        await using var fill = Source.CreateCommand("""
            insert into orders.orders (id, version, current_state, status, history_sequence, owner, email,
                shipping_address, shipping_method, lines, shipping_amount, total_amount, currency, created_at,
                allocations, payment_method, payment_status, payment_questions, was_confirmed)
            select gen_random_uuid(), 1, 'Confirmed', 'CONFIRMED', 3, 'guest:' || n % 500, 'a@example.org', '{}',
                'STANDARD', '[]', 0, 100, 'USD', now() - n * interval '1 second', '[]', 'pm', 'AUTHORIZED', 0, true
            from generate_series(1, 20000) n;

            insert into orders.order_history (order_id, sequence, status)
            select id, step, 'CONFIRMED' from orders.orders cross join generate_series(1, 3) step;

            insert into requests.accepted_request
                (owner, key, fingerprint, order_id, status_code, headers, body, placed)
            select owner, id::text, '', id, 202, '{}', '', '{}' from orders.orders;

            analyze orders.orders, orders.order_history, requests.accepted_request;
            """);
        await fill.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>The plan of a statement, in words.</summary>
    internal async Task<string> Explain(string statement, params object[] values)
    {
        await using var command = Source.CreateCommand($"explain (costs off) {statement}");
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync()) lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }
}

public sealed class What_orders_cost_to_find(ManyOrders orders) : IClassFixture<ManyOrders>
{
    [Fact]
    public async Task A_page_is_a_walk_along_the_index_and_no_sort()
    {
        var plan = await orders.Explain(
            OrderReads.PageStatement, "guest:7", DateTime.UtcNow, Guid.AllBitsSet, 21);

        Assert.Contains("Index Scan using ix_orders_owner_created_at_id", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.Matches(@"Index Cond: .*ROW\(created_at, id\) <", plan);
    }

    [Fact]
    public async Task An_owners_accepted_requests_are_found_by_their_key()
    {
        var plan = await orders.Explain(AcceptedRequests.NewestStatement, "guest:7", Guid.AllBitsSet, 21);

        Assert.Contains("pk_accepted_request", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_steps_of_watched_orders_are_looked_up_one_by_one()
    {
        var plan = await orders.Explain(
            OrderWatch.StepsStatement, new[] { Guid.NewGuid(), Guid.NewGuid() }, new[] { 1, 2 });

        Assert.Contains("pk_order_history", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }
}
