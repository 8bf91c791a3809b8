using Shop.Api.Ops;
using Xunit;

namespace Shop.IntegrationTests.Audit;

/// <summary>Each invariant is broken once by SQL, is then found broken, and holds again when that is undone.</summary>
public sealed class AuditTests(AuditTests.Filled shop) : IClassFixture<AuditTests.Filled>
{
    private const string First = "'00000000-0000-7000-8000-000000000001'";

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
            "I9",
            "insert into payments.outbox_message (message_id, source, destination, content_type, body, mandatory, due_at) "
                + $"values ({First}, {First}, 'exchange:nobody', 'text/plain', '\\x00', true, now() - interval '1 hour')",
            "delete from payments.outbox_message"
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
    public async Task What_is_judged_is_counted_and_sales_are_plainly_nothing()
    {
        var invariants = (await shop.Audit()).Invariants.ToDictionary(invariant => invariant.Id);

        Assert.Equal(["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9"], invariants.Keys);
        Assert.All(["I2", "I4", "I5", "I6"], id => Assert.InRange(invariants[id].Checked, Filled.Orders, long.MaxValue));
        Assert.Equal(["nothing to check: there are no sales"], invariants["I8"].Details);
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
