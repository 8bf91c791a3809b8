using Shop.Api.Ops;
using Xunit;

namespace Shop.IntegrationTests.Audit;

/// <summary>Each invariant is broken once by SQL, is then found broken, and holds again when that is undone.</summary>
public sealed class AuditTests(AuditTests.Filled shop) : IClassFixture<AuditTests.Filled>
{
    private const string First = "'00000000-0000-7000-8000-000000000001'";

    private const string Sale = "'00000000-0000-7000-8000-00000000000a'";

    /// <summary>The invariant, what breaks it, and what undoes that.</summary>
    public static TheoryData<string, string, string> Breaks { get; } = new()
    {
        {
            "I1",
            "update inventory.stock_item set on_hand = on_hand - 1 where sku = 'S7'",
            "update inventory.stock_item set on_hand = on_hand + 1 where sku = 'S7'"
        },
        {
            "I1",
            "insert into inventory.ledger_entry (sku, warehouse, kind, delta_on_hand, delta_reserved, delta_sold) "
                + "values ('S8', 'W', 'SOLD', 0, 0, 1)",
            "insert into inventory.ledger_entry (sku, warehouse, kind, delta_on_hand, delta_reserved, delta_sold) "
                + "values ('S8', 'W', 'UNSOLD', 0, 0, -1)"
        },
        {
            "I2",
            $"update payments.payment set captured_amount = 1 where order_id = {First}",
            $"update payments.payment set captured_amount = 0 where order_id = {First}"
        },
        {
            "I2",
            "insert into payments.payment_entry (order_id, kind, reference_id, amount, currency, provider_reference) "
                + $"values ({First}, 'CAPTURE', {First}, 2000, 'USD', 'pi_1')",
            $"delete from payments.payment_entry where order_id = {First} and kind = 'CAPTURE'"
        },
        {
            "I2",
            "insert into payments.finding (id, order_id, kind, state, detail) "
                + $"values ({First}, {First}, 'CAPTURED_TOO_MUCH', 'OPEN', 'a test')",
            $"update payments.finding set state = 'DISMISSED' where id = {First}"
        },
        {
            "I3",
            $"update orders.orders set status = 'PENDING_PAYMENT' where id = {First}",
            $"update orders.orders set status = 'CONFIRMED' where id = {First}"
        },
        {
            "I3",
            "insert into requests.accepted_request (owner, key, fingerprint, order_id, status_code, headers, body, placed, created_at) "
                + "values ('guest:lost', 'key', '\\x00', gen_random_uuid(), 202, '{}', '{}', '{}', now() - interval '1 hour')",
            "delete from requests.accepted_request where owner = 'guest:lost'"
        },
        {
            "I4",
            $"update payments.payment set status = 'VOIDED' where order_id = {First}",
            $"update payments.payment set status = 'AUTHORIZED' where order_id = {First}"
        },
        {
            "I4",
            $"update inventory.reservation set state = 'RELEASED' where order_id = {First}",
            $"update inventory.reservation set state = 'SOLD' where order_id = {First}"
        },
        {
            "I4",
            $"update orders.orders set status = 'CANCELLED' where id = {First}",
            $"update orders.orders set status = 'CONFIRMED' where id = {First}"
        },
        {
            "I5",
            $"update requests.accepted_request set body = convert_to('{{\"orderId\":\"other\"}}', 'UTF8') where order_id = {First}",
            "update requests.accepted_request set body = convert_to(jsonb_build_object('orderId', order_id)::text, 'UTF8') "
                + $"where order_id = {First}"
        },
        {
            "I6",
            $"delete from orders.order_history where order_id = {First} and sequence = 2",
            $"insert into orders.order_history (order_id, sequence, status) values ({First}, 2, 'PENDING_PAYMENT')"
        },
        {
            "I7",
            "create schema notifications; create view notifications.audit_view as select 2::bigint as checked, 1::bigint as violations",
            "drop schema notifications cascade"
        },
        {
            "I8",
            "alter table inventory.purchase_account drop constraint ck_purchase_account_within_limit; "
                + "update inventory.purchase_account set sold = 3 where buyer = 'guest:1'",
            "update inventory.purchase_account set sold = 1 where buyer = 'guest:1'"
        },
        {
            "I8",
            "insert into inventory.purchase_entry (sale_id, buyer, order_id, kind, delta_reserved, delta_sold, unit_limit) "
                + $"values ({Sale}, 'guest:2', {First}, 'RESERVED', 2, 0, 2), ({Sale}, 'guest:2', {First}, 'RELEASED', -2, 0, 2)",
            "alter table inventory.purchase_entry disable trigger purchase_entry_append_only; "
                + "delete from inventory.purchase_entry where buyer = 'guest:2' and abs(delta_reserved) = 2; "
                + "alter table inventory.purchase_entry enable trigger purchase_entry_append_only"
        },
        {
            "I8",
            $"update inventory.sale set taken = taken - 1 where id = {Sale}",
            $"update inventory.sale set taken = taken + 1 where id = {Sale}"
        },
        {
            "I9",
            "insert into payments.outbox_message (message_id, source, destination, content_type, body, mandatory, due_at) "
                + $"values ({First}, {First}, 'exchange:nobody', 'text/plain', '\\x00', true, now() - interval '1 hour')",
            "delete from payments.outbox_message"
        },
        {
            "I9",
            "insert into messaging.dead_letter (id, queue, message_type, content_type, body, fault, detail, state) "
                + $"values ({First}, 'messaging.undeliverable', '', 'text/plain', '\\x00', 'Unconsumed', '', 'Parked')",
            "update messaging.dead_letter set state = 'Discarded'"
        },
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task It_is_seen_when_an_invariant_breaks_and_when_it_holds_again(string invariant, string broken, string mended)
    {
        var before = await Evaluate(invariant);
        await shop.Shop.Run(broken);
        var between = await Evaluate(invariant);
        await shop.Shop.Run(mended);
        var after = await Evaluate(invariant);

        Assert.Equal((true, false, true), (before.Holds, between.Holds, after.Holds));
        Assert.NotEmpty(between.Details);
    }

    [Fact]
    public async Task What_is_judged_is_counted()
    {
        var invariants = (await shop.Audit()).Invariants.ToDictionary(invariant => invariant.Id);

        Assert.Equal(["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9"], invariants.Keys);
        Assert.All(["I2", "I4", "I5", "I6", "I8", "I9"], id => Assert.InRange(invariants[id].Checked, Filled.Orders, long.MaxValue));
    }

    private async Task<InvariantView> Evaluate(string invariant) =>
        (await shop.Audit()).Invariants.Single(found => found.Id == invariant);

    public sealed class Filled : IAsyncLifetime
    {
        public const int Orders = 300;

        internal AuditedShop Shop { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Shop.InitializeAsync();
            await Shop.Fill(Orders);
        }

        public ValueTask DisposeAsync() => Shop.DisposeAsync();

        internal async Task<AuditView> Audit()
        {
            await Shop.Evaluate();
            return await Shop.Read();
        }
    }
}
