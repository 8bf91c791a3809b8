using Shop.Contracts.Payments;
using Xunit;

namespace Shop.IntegrationTests.Payments;

/// <summary>
/// Seeds each difference that there can be between orders, our books and the provider's journal, and sees it found and
/// mended, or raised. The seeds go in together, and are looked for together.
/// </summary>
[Collection(ShopCollection.Name)]
public sealed class ReconciliationTests(ShopProcesses shop) : IAsyncLifetime
{
    private readonly Till _till = new(shop);
    private readonly List<Guid> _seeded = [];

    public async ValueTask InitializeAsync()
    {
        await shop.Provider.Reset();
        await shop.Provider.SetWebhooks("Never");
        await _till.Listen();
    }

    /// <summary>The books of the whole shop are held against all orders by other tests.</summary>
    public async ValueTask DisposeAsync()
    {
        await shop.Provider.Reset();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            foreach (var line in shop.Workers.Output.TakeLast(60)) TestContext.Current.TestOutputHelper?.WriteLine(line);
        await _till.Run("delete from orders.order_history where order_id = any($1)", _seeded.ToArray());
        await _till.Run("delete from orders.orders where id = any($1)", _seeded.ToArray());
        foreach (var table in new[] { "payment", "payment_entry", "payment_attempt", "finding" })
            await _till.Run($"delete from payments.{table} where order_id = any($1)", _seeded.ToArray());
    }

    [Fact]
    public async Task What_can_be_is_mended()
    {
        var withoutOrder = await AtProvider(Guid.CreateVersion7());
        var forgotten = await Paid("CANCELLED");
        var captured = await Paid("EXPIRED", capture: 400);
        var twice = await Paid("CONFIRMED");
        await AtProvider(twice);
        var refunded = await Paid("DELIVERED", capture: 400);
        await shop.Provider.Post("/v1/refunds", ("payment_intent", await Reference(refunded)), ("amount", "150"));
        var captureMissed = await Paid("SHIPPED");
        await MissCapture(captureMissed, 700);
        var voidMissed = await Paid("OUT_OF_STOCK");
        await shop.Provider.Post($"/v1/payment_intents/{await Reference(voidMissed)}/cancel");

        await Task.WhenAll(
            Shows(withoutOrder, "CHARGED_WITHOUT_ORDER MENDED"),
            Shows(forgotten, "AUTHORIZED_AND_FORGOTTEN MENDED"),
            ShowsAtLast(captured, "CAPTURED_FOR_ENDED_ORDER MENDED"),
            Shows(twice, "CHARGED_TWICE MENDED"),
            Shows(refunded, "MOVEMENT_MISSED MENDED"),
            Shows(captureMissed, "MOVEMENT_MISSED MENDED"),
            Shows(voidMissed, "MOVEMENT_MISSED MENDED"));

        Assert.Equal("VOIDED 0/0/0 0/0", await _till.Payment(forgotten));
        Assert.Equal("VOIDED 400/0/0 400/0", await _till.Payment(captured));
        Assert.Equal("AUTHORIZED 400/0/0 150/0", await _till.Payment(refunded));
        Assert.Equal("CAPTURED 700/0/0 0/0", await _till.Payment(captureMissed));
        Assert.Equal("AUTHORIZATION 1000, CAPTURE 700", await _till.Entries(captureMissed));
        Assert.Equal("VOIDED 0/0/0 0/0", await _till.Payment(voidMissed));
        Assert.Equal([0L], (await shop.Provider.Charges(withoutOrder)).Select(charge => charge.Held));
        Assert.Equal([0L, 1000L], (await shop.Provider.Charges(twice)).Select(charge => charge.Held).Order());
    }

    [Fact]
    public async Task What_cannot_be_is_raised()
    {
        var tooMuch = await Paid("SHIPPED", capture: 400);
        await shop.Provider.Post($"/v1/payment_intents/{await Reference(tooMuch)}/capture",
            ("amount_to_capture", "300"), ("final_capture", "false"));
        var refundMissing = await Paid("DELIVERED", capture: 400);
        await _till.Run("""
            with changed as (
                update payments.payment set refunded_amount = 100 where order_id = $1 returning order_id, provider_reference)
            insert into payments.payment_entry (order_id, kind, reference_id, amount, currency, provider_reference)
            select order_id, 'REFUND', gen_random_uuid(), 100, 'USD', provider_reference from changed
            """, refundMissing);
        var amountDiffers = await Paid("CONFIRMED");
        await _till.Run("update payments.payment set amount = 999 where order_id = $1", amountDiffers);
        var unknown = await Unknown();
        var lost = await Paid("CONFIRMED");
        await shop.Provider.Post($"/v1/payment_intents/{await Reference(lost)}/cancel");
        var nobody = Guid.CreateVersion7();
        await Remember(nobody, "CONFIRMED");
        await AtProvider(nobody);

        await Task.WhenAll(
            Shows(tooMuch, "CAPTURED_TOO_MUCH OPEN"),
            Shows(refundMissing, "REFUND_MISSING OPEN"),
            Shows(amountDiffers, "AMOUNT_DIFFERS OPEN"),
            Shows(unknown, "UNKNOWN_TO_PROVIDER OPEN"),
            _till.Becomes("what was lost", () => _till.Payment(lost), "VOIDED 0/0/0 0/0"),
            Shows(nobody, "MOVEMENT_MISSED OPEN"));

        Assert.Contains("AUTHORIZATION_LOST", await _till.Findings(lost));
    }

    /// <summary>A payment of an order that is there, with a past.</summary>
    private async Task<Guid> Paid(string status, long capture = 0)
    {
        var orderId = await _till.Authorize(1000);
        _seeded.Add(orderId);
        if (capture > 0)
        {
            var id = Guid.NewGuid();
            await _till.Capture(orderId, capture, id);
            await _till.Hears(nameof(PaymentCaptured), id);
        }

        await Remember(orderId, status);
        return orderId;
    }

    private async Task Remember(Guid orderId, string status)
    {
        if (!_seeded.Contains(orderId)) _seeded.Add(orderId);
        await _till.Remember(orderId, status);
    }

    private async Task<Guid> AtProvider(Guid orderId)
    {
        if (!_seeded.Contains(orderId)) _seeded.Add(orderId);
        await shop.Provider.Post("/v1/payment_intents", ("amount", "1000"), ("currency", "usd"), ("confirm", "true"),
            ("capture_method", "manual"), ("payment_method", "pm_card_visa"), ("metadata[order_id]", orderId.ToString()));
        return orderId;
    }

    /// <summary>Our books have a payment that the provider never heard of.</summary>
    private async Task<Guid> Unknown()
    {
        var orderId = await Paid("CONFIRMED");
        await _till.Run("""
            with changed as (
                update payments.payment set provider_reference = 'pi_3' || replace(order_id::text, '-', '') where order_id = $1
                returning order_id, provider_reference)
            update payments.payment_entry e set provider_reference = c.provider_reference
            from changed c where e.order_id = c.order_id
            """, orderId);
        await shop.Provider.Post($"/v1/payment_intents/{await ProviderReference(orderId)}/cancel");
        return orderId;
    }

    /// <summary>The provider took it, and had said that it had not.</summary>
    private async Task MissCapture(Guid orderId, long amount)
    {
        await shop.Provider.Post($"/v1/payment_intents/{await Reference(orderId)}/capture", ("amount_to_capture", $"{amount}"));
        await _till.Run("""
            insert into payments.payment_attempt
                (id, version, kind, order_id, status, amount, currency, moves, final, failure, repeats, opened_at)
            values (gen_random_uuid(), 0, 'CAPTURE', $1, 'FAILED', $2, 'USD', $2, true, 'a test', 0, now() - interval '1 day')
            """, orderId, amount);
    }

    private Task<string> Reference(Guid orderId) =>
        _till.Text("select provider_reference from payments.payment where order_id = $1", orderId);

    private async Task<string> ProviderReference(Guid orderId) =>
        Assert.Single(await shop.Provider.References(orderId));

    /// <summary>Beside others: a mend that is seen half way is a difference of its own for a moment.</summary>
    private Task Shows(Guid orderId, string finding) => Waiting.For(
        $"the findings of {orderId} have {finding}", () => _till.Findings(orderId),
        seen => seen.Contains(finding, StringComparison.Ordinal));

    private Task ShowsAtLast(Guid orderId, string finding) => Waiting.For($"the findings of {orderId}", async () =>
        await _till.Findings(orderId) is var seen && seen.Contains(finding, StringComparison.Ordinal)
        && await _till.Payment(orderId) is var payment && payment.StartsWith("VOIDED", StringComparison.Ordinal));
}
