using System.Text.Json;
using Shop.Contracts;
using Shop.Contracts.Payments;

namespace Shop.IntegrationTests.Payments;

/// <summary>Speaks to the payments by commands, hears what they answer, and reads their books.</summary>
internal sealed class Till(ShopProcesses shop)
{
    private static readonly string[] Events =
    [
        nameof(PaymentAuthorized), nameof(PaymentVoided), nameof(PaymentCaptured), nameof(PaymentCaptureFailed),
        nameof(PaymentRefunded), nameof(PaymentRefundFailed),
    ];

    private const int AskAgainAfter = 75;

    private readonly Dictionary<string, TestBroker.Ear> _ears = [];

    public async Task Listen()
    {
        foreach (var name in Events) _ears[name] = await shop.Broker.Listen($"Shop.Contracts.Payments:{name}");
    }

    /// <summary>A payment that is held, of an order that was confirmed a day ago.</summary>
    public async Task<Guid> Authorize(long amount = 1000, string card = "pm_card_visa")
    {
        var orderId = Guid.CreateVersion7();
        await Remember(orderId, "CONFIRMED");
        var command = new AuthorizePayment { OrderId = orderId, Amount = Usd(amount), PaymentMethod = card };
        var polls = 0;
        await Waiting.For($"the payment of {orderId} is authorised", async () =>
        {
            // Where the provider was slow, asking again finds out.
            if (polls++ % AskAgainAfter == 0) await shop.Goods.Send(command);
            return Heard(nameof(PaymentAuthorized), orderId) > 0;
        });
        return orderId;
    }

    /// <summary>An order as if it had come to be so a day ago.</summary>
    public async Task Remember(Guid orderId, string status)
    {
        await Run("""
            insert into orders.orders (id, version, current_state, status, history_sequence, owner, email, shipping_address,
                shipping_method, lines, shipping_amount, total_amount, currency, created_at, allocations, payment_method,
                payment_status, payment_questions, was_confirmed)
            values ($1, 1, 'Final', $2, 1, 'guest:nobody', 'nobody@example.org', '{}', 'STANDARD', '[]', 0, 1000, 'USD',
                now() - interval '1 day', '[]', 'pm_card_visa', 'AUTHORIZED', 0, true)
            on conflict (id) do update set status = excluded.status
            """, orderId, status);
        await Run("""
            insert into orders.order_history (order_id, sequence, status, at) values ($1, 1, $2, now() - interval '1 day')
            on conflict (order_id, sequence) do update set status = excluded.status
            """, orderId, status);
    }

    public Task Capture(Guid orderId, long amount, Guid? id = null, bool final = false) => shop.Goods.Send(
        new CapturePayment { OrderId = orderId, CaptureId = id ?? Guid.NewGuid(), Amount = Usd(amount), Final = final });

    public Task Refund(Guid orderId, long amount, Guid? id = null) => shop.Goods.Send(
        new RefundPayment { OrderId = orderId, RefundId = id ?? Guid.NewGuid(), Amount = Usd(amount), Reason = "a test" });

    public Task Void(Guid orderId) => shop.Goods.Send(new VoidPayment { OrderId = orderId, Reason = "a test" });

    /// <summary>Waits until something was said about an id so many times, and returns what was said last.</summary>
    public async Task<JsonElement> Hears(string name, Guid id, int times = 1)
    {
        var heard = await Waiting.For($"{times} {name} of {id}",
            () => Task.FromResult(_ears[name].Of(id)), heard => heard.Count >= times);
        return JsonElement.Parse(heard[^1].Body).GetProperty("message");
    }

    public int Heard(string name, Guid id) => _ears[name].Of(id).Count;

    /// <summary>The state and the sums, such as <c>AUTHORIZED 400/0/0 100/0</c>: captured, capturing, ahead; refunded, refunding.</summary>
    public async Task<string> Payment(Guid orderId) => await Text("""
        select concat(status, ' ', captured_amount, '/', capturing_amount, '/', captured_ahead, ' ',
            refunded_amount, '/', refunding_amount) from payments.payment where order_id = $1
        """, orderId);

    /// <summary>Movements, such as <c>AUTHORIZATION 1000, CAPTURE 400</c>.</summary>
    public Task<string> Entries(Guid orderId) => Text("""
        select string_agg(concat(kind, ' ', amount), ', ' order by at, kind) from payments.payment_entry where order_id = $1
        """, orderId);

    public Task<string> Attempt(Guid id) => Text("select status from payments.payment_attempt where id = $1", id);

    /// <summary>Of an order: kind and state.</summary>
    public Task<string> Findings(Guid orderId) => Text("""
        select string_agg(concat(kind, ' ', state), ', ' order by kind) from payments.finding where order_id = $1
        """, orderId);

    public Task Becomes(string what, Func<Task<string>> read, string expected) =>
        Waiting.For($"{what} is {expected}", read, seen => seen == expected);

    public async Task<string> Text(string sql, params object[] values)
    {
        await using var command = shop.Database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        return await command.ExecuteScalarAsync() as string ?? "";
    }

    public async Task Run(string sql, params object[] values)
    {
        await using var command = shop.Database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync();
    }

    public static Money Usd(long amount) => new(amount, "USD");
}
