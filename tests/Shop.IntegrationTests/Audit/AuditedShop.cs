using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Api.Ops;
using Shop.Api.Requests;
using Shop.Messaging.Audit;
using Shop.Messaging.DeadLetters;
using Shop.Messaging.Hosting;
using Shop.Sagas.Checkout;
using Shop.Workers.Inventory;
using Shop.Workers.Payments;
using Xunit;

namespace Shop.IntegrationTests.Audit;

/// <summary>
/// A scratch database with the schemas that invariants are about, and orders made up by SQL that keep all of them. No host
/// runs: the checks are evaluated by the test.
/// </summary>
public sealed class AuditedShop : IAsyncLifetime
{
    private readonly TestDatabase _database = new();

    internal NpgsqlDataSource Source => _database.Source;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await Migrate(new InventoryDbContext(ContextOptions.Of<InventoryDbContext>(Source)));
        await Migrate(new PaymentsDbContext(ContextOptions.Of<PaymentsDbContext>(Source)));
        await Migrate(new OrdersDbContext(ContextOptions.Of<OrdersDbContext>(Source)));
        await Migrate(new RequestsDbContext(ContextOptions.Of<RequestsDbContext>(Source)));
        await Migrate(new DeadLettersDbContext(ContextOptions.Of<DeadLettersDbContext>(Source)));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>The id of the order with this number, in SQL and here.</summary>
    public static Guid Order(long number) => Guid.Parse($"00000000-0000-7000-8000-{number:x12}");

    /// <summary>Confirmed orders, each of a unit of one of a thousand products; ten a second, the last an hour ago.</summary>
    public async Task Fill(int orders)
    {
        const string id = "('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid";
        const string at = "now() - interval '1 hour' - ($1 - i) * interval '100 milliseconds'";
        string[] statements =
        [
            $"""
            insert into inventory.stock_item (sku, warehouse, on_hand, reserved, sold)
            select 'S' || i % 1000, 'W', 1000 + count(*), 0, count(*) from generate_series(1, $1) i group by i % 1000
            """,
            $"""
            insert into inventory.ledger_entry (sku, warehouse, kind, delta_on_hand, delta_reserved, delta_sold, reference, at)
            select 'S' || i % 1000, 'W', 'RECEIVED', 1000 + count(*), 0, 0, 'opening', now() - interval '30 days'
            from generate_series(1, $1) i group by i % 1000
            """,
            $"""
            insert into inventory.ledger_entry (order_id, sku, warehouse, kind, delta_on_hand, delta_reserved, delta_sold, at)
            select {id}, 'S' || i % 1000, 'W', step.kind, 0, step.reserved, step.sold, {at}
            from generate_series(1, $1) i, (values ('RESERVED', 1, 0), ('SOLD', -1, 1)) step (kind, reserved, sold)
            """,
            $$"""
            insert into inventory.reservation (order_id, state, lines, created_at)
            select {{id}}, 'SOLD', jsonb_build_array(jsonb_build_object('sku', 'S' || i % 1000, 'warehouse', 'W', 'quantity', 1)),
                {{at}} from generate_series(1, $1) i
            """,
            """
            insert into inventory.sale (id, sku, is_current, starts_at, ends_at, per_person_limit, highest_limit, quantity,
                taken, seed, commitment, asked_at)
            values ('00000000-0000-7000-8000-00000000000a', 'S1', true, now() - interval '1 day', now() + interval '1 day',
                2, 2, 1000000, $1, '\x00', sha256('\x00'), now())
            """,
            """
            insert into inventory.purchase_account (sale_id, buyer, reserved, sold, unit_limit)
            select '00000000-0000-7000-8000-00000000000a', 'guest:' || i, 0, 1, 2 from generate_series(1, $1) i
            """,
            $"""
            insert into inventory.purchase_entry (sale_id, buyer, order_id, kind, delta_reserved, delta_sold, unit_limit, at)
            select '00000000-0000-7000-8000-00000000000a', 'guest:' || i, {id}, step.kind, step.reserved, step.sold, 2, {at}
            from generate_series(1, $1) i, (values (1, 'RESERVED', 1, 0), (2, 'SOLD', -1, 1)) step (n, kind, reserved, sold)
            order by i, step.n
            """,
            $"""
            insert into payments.payment (order_id, version, status, amount, currency, payment_method, provider_reference, opened_at)
            select {id}, 1, 'AUTHORIZED', 1000, 'USD', 'pm_card_visa', 'pi_' || i, {at} from generate_series(1, $1) i
            """,
            $"""
            insert into payments.payment_entry (order_id, kind, amount, currency, provider_reference, at)
            select {id}, 'AUTHORIZATION', 1000, 'USD', 'pi_' || i, {at} from generate_series(1, $1) i
            """,
            $$"""
            insert into orders.orders (id, version, current_state, status, history_sequence, owner, email, shipping_address,
                shipping_method, lines, shipping_amount, total_amount, currency, created_at, allocations, payment_method,
                payment_status, payment_questions, was_confirmed)
            select {{id}}, 3, 'Confirmed', 'CONFIRMED', 3, 'guest:' || i % 5000, 'nobody@example.org', '{}', 'STANDARD',
                jsonb_build_array(jsonb_build_object('sku', 'S' || i % 1000, 'quantity', 1)), 0, 1000, 'USD', {{at}}, '[]',
                'pm_card_visa', 'AUTHORIZED', 0, true from generate_series(1, $1) i
            """,
            $"""
            insert into orders.order_history (order_id, sequence, status, at)
            select {id}, step.sequence, step.status, {at}
            from generate_series(1, $1) i,
                (values (1, 'RECEIVED'), (2, 'PENDING_PAYMENT'), (3, 'CONFIRMED')) step (sequence, status)
            """,
            $$"""
            insert into requests.accepted_request (owner, key, fingerprint, order_id, status_code, headers, body, placed, created_at)
            select 'guest:' || i % 5000, 'key-' || i, '\x00', {{id}}, 202, '{}',
                convert_to(jsonb_build_object('orderId', {{id}})::text, 'UTF8'), '{}', {{at}} from generate_series(1, $1) i
            """,
            $"""
            insert into orders.outbox_message (message_id, source, destination, content_type, body, mandatory, due_at)
            select {id}, {id}, 'exchange:inventory.reserve-stock', 'text/plain', '\x00', true, {at} from generate_series(1, $1) i
            """,
            // The broker has them all.
            "delete from orders.outbox_message",
            "analyze",
        ];
        foreach (var statement in statements) await Run(statement, (long)orders);
    }

    /// <summary>Evaluates every check once.</summary>
    internal async Task Evaluate()
    {
        foreach (var (schema, checks) in Checks())
            foreach (var check in checks)
                await new AuditBook(Source, schema).Evaluate(check, TestContext.Current.CancellationToken);
    }

    internal Task<AuditView> Read() =>
        new AuditReads(new ReadsDatabase(Source)).Read(TestContext.Current.CancellationToken);

    internal async Task Run(string sql, params object[] values)
    {
        await using var command = Source.CreateCommand(sql);
        command.CommandTimeout = 900;
        if (sql.Contains("$1", StringComparison.Ordinal))
            foreach (var value in values) command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private IEnumerable<(string Schema, IReadOnlyList<AuditCheck> Checks)> Checks() =>
    [
        (InventoryDbContext.Schema, InventoryAudit.Checks(Source, Source)),
        (PaymentsDbContext.Schema, PaymentsAudit.Checks(Source, Source)),
        (OrdersDbContext.Schema, OrdersAudit.Checks(Source)),
        (RequestsDbContext.Schema, RequestsAudit.Checks(Source, Source)),
    ];

    private static async Task Migrate(DbContext context)
    {
        await using (context) await context.Database.MigrateAsync(TestContext.Current.CancellationToken);
    }
}
