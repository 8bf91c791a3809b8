using Npgsql;
using Shop.Contracts.Payments;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Payments;

/// <summary>Captures and refunds over the broker, with the provider as a process of its own.</summary>
public sealed class MovementTests(ShopProcesses shop) : ShopTest(shop)
{
    private readonly Till _till = new(shop);

    [Fact]
    public async Task Each_parcel_takes_its_part_and_the_last_releases_the_rest()
    {
        await _till.Listen();
        var orderId = await _till.Authorize(1000);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());

        await _till.Capture(orderId, 400, first);
        await _till.Hears(nameof(PaymentCaptured), first);
        Assert.Equal("AUTHORIZED 400/0/0 0/0", await _till.Payment(orderId));
        await _till.Capture(orderId, 500, second, final: true);
        await _till.Hears(nameof(PaymentCaptured), second);

        Assert.Equal("CAPTURED 900/0/0 0/0", await _till.Payment(orderId));
        Assert.Equal("AUTHORIZATION 1000, CAPTURE 400, CAPTURE 500", await _till.Entries(orderId));
        Assert.Equal(("succeeded", 0), await AtProvider(orderId));
    }

    [Fact]
    public async Task When_a_payment_was_opened_is_not_written_over()
    {
        await _till.Listen();
        var orderId = await _till.Authorize(1000);

        Assert.Equal("true", await _till.Text(
            "select (opened_at > now() - interval '1 hour')::text from payments.payment where order_id = $1", orderId));
    }

    [Fact]
    public async Task One_that_is_repeated_is_answered_and_not_done_again()
    {
        await _till.Listen();
        var orderId = await _till.Authorize(1000);
        var (capture, refund) = (Guid.NewGuid(), Guid.NewGuid());
        await _till.Capture(orderId, 600, capture);
        await _till.Hears(nameof(PaymentCaptured), capture);
        await _till.Refund(orderId, 200, refund);
        await _till.Hears(nameof(PaymentRefunded), refund);

        await _till.Capture(orderId, 600, capture);
        await _till.Refund(orderId, 200, refund);
        await _till.Hears(nameof(PaymentCaptured), capture, times: 2);
        await _till.Hears(nameof(PaymentRefunded), refund, times: 2);

        Assert.Equal("AUTHORIZED 600/0/0 200/0", await _till.Payment(orderId));
        Assert.Equal("AUTHORIZATION 1000, CAPTURE 600, REFUND 200", await _till.Entries(orderId));
    }

    [Fact]
    public async Task Of_many_at_once_no_more_is_taken_or_given_back_than_there_is()
    {
        await _till.Listen();
        var orderId = await _till.Authorize(1000);
        Guid[] captures = [.. Enumerable.Range(0, 6).Select(_ => Guid.NewGuid())];
        await Task.WhenAll(captures.Select(id => _till.Capture(orderId, 300, id)));
        await Waiting.Until(() => captures.All(id =>
            _till.Heard(nameof(PaymentCaptured), id) + _till.Heard(nameof(PaymentCaptureFailed), id) > 0));
        Assert.Equal("AUTHORIZED 900/0/0 0/0", await _till.Payment(orderId));

        Guid[] refunds = [.. Enumerable.Range(0, 6).Select(_ => Guid.NewGuid())];
        await Task.WhenAll(refunds.Select(id => _till.Refund(orderId, 400, id)));
        await Waiting.Until(() => refunds.All(id =>
            _till.Heard(nameof(PaymentRefunded), id) + _till.Heard(nameof(PaymentRefundFailed), id) > 0));

        Assert.Equal("AUTHORIZED 900/0/0 800/0", await _till.Payment(orderId));
    }

    [Fact]
    public async Task A_card_that_does_not_take_parts_is_taken_whole_and_the_surplus_goes_back()
    {
        await _till.Listen();
        var orderId = await _till.Authorize(1000, "pm_card_oneCapture");
        Guid[] parcels = [.. Enumerable.Range(0, 2).Select(_ => Guid.NewGuid())];

        await _till.Capture(orderId, 400, parcels[0]);
        await _till.Hears(nameof(PaymentCaptured), parcels[0]);
        Assert.Equal("CAPTURED 1000/0/600 0/0", await _till.Payment(orderId));
        await _till.Capture(orderId, 500, parcels[1], final: true);
        var paid = await _till.Hears(nameof(PaymentCaptured), parcels[1]);

        Assert.Equal(500, paid.GetProperty("amount").GetProperty("amount").GetInt64());
        await _till.Becomes("the payment", () => _till.Payment(orderId), "CAPTURED 1000/0/0 100/0");
        Assert.Equal("AUTHORIZATION 1000, CAPTURE 1000, REFUND 100", await _till.Entries(orderId));
    }

    [Fact]
    public async Task What_the_provider_did_and_did_not_answer_is_found_out_and_a_refund_waits_for_it()
    {
        await _till.Listen();
        var orderId = await _till.Authorize(1000);
        var (capture, refund, early) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Shop.Provider.SetOutage("Mute");
        await _till.Capture(orderId, 400, capture, final: true);
        await _till.Becomes("the capture", () => _till.Attempt(capture), "PENDING");
        await _till.Refund(orderId, 400, refund);
        await _till.Refund(orderId, 401, early);
        await _till.Hears(nameof(PaymentRefundFailed), early);
        await _till.Becomes("the refund", () => _till.Attempt(refund), "WAITING");

        await Shop.Provider.SetOutage("None");
        await _till.Run("update payments.payment_attempt set due_at = now() where order_id = $1", orderId);
        await _till.Hears(nameof(PaymentCaptured), capture);
        await _till.Run("update payments.payment_attempt set due_at = now() where order_id = $1", orderId);
        await _till.Hears(nameof(PaymentRefunded), refund);

        Assert.Equal("AUTHORIZATION 1000, CAPTURE 400, REFUND 400", await _till.Entries(orderId));
        Assert.Equal(("succeeded", 0), await AtProvider(orderId));
    }

    [Fact]
    public async Task One_that_stays_unanswered_is_shown_to_operators_until_it_is_answered()
    {
        await _till.Listen();
        var orderId = await _till.Authorize(1000);
        var capture = Guid.NewGuid();
        await Shop.Provider.SetOutage("Errors");
        await _till.Capture(orderId, 400, capture, final: true);
        await _till.Becomes("the capture", () => _till.Attempt(capture), "PENDING");

        await _till.Run("update payments.payment_attempt set repeats = 6, due_at = now() where id = $1", capture);
        await _till.Becomes("what operators see", () => _till.Findings(orderId), "UNANSWERED OPEN");
        await Shop.Provider.SetOutage("None");
        await _till.Run("update payments.payment_attempt set due_at = now() where id = $1", capture);

        await _till.Hears(nameof(PaymentCaptured), capture);
        await _till.Becomes("what operators see", () => _till.Findings(orderId), "UNANSWERED MENDED");
    }

    [Fact]
    public async Task A_void_after_a_capture_is_refused_and_seen()
    {
        await _till.Listen();
        var orderId = await _till.Authorize(1000);
        var capture = Guid.NewGuid();
        await _till.Capture(orderId, 400, capture);
        await _till.Hears(nameof(PaymentCaptured), capture);

        await _till.Void(orderId);

        await _till.Becomes("what operators see", () => _till.Findings(orderId), "VOID_AFTER_CAPTURE OPEN");
        Assert.Equal("AUTHORIZED 400/0/0 0/0", await _till.Payment(orderId));
        Assert.Equal(0, _till.Heard(nameof(PaymentVoided), orderId));
    }

    [Fact]
    public async Task A_void_after_all_went_back_releases_the_rest()
    {
        await _till.Listen();
        var orderId = await _till.Authorize(1000);
        var (capture, refund) = (Guid.NewGuid(), Guid.NewGuid());
        await _till.Capture(orderId, 400, capture);
        await _till.Hears(nameof(PaymentCaptured), capture);
        await _till.Refund(orderId, 400, refund);
        await _till.Hears(nameof(PaymentRefunded), refund);

        await _till.Void(orderId);

        await _till.Hears(nameof(PaymentVoided), orderId);
        Assert.Equal("VOIDED 400/0/0 400/0", await _till.Payment(orderId));
        Assert.Equal(0, (await AtProvider(orderId)).Held);
    }

    [Fact]
    public async Task Nothing_is_captured_of_what_is_void()
    {
        await _till.Listen();
        var (orderId, capture) = (await _till.Authorize(1000), Guid.NewGuid());
        await _till.Void(orderId);
        await _till.Hears(nameof(PaymentVoided), orderId);

        await _till.Capture(orderId, 400, capture);

        await _till.Hears(nameof(PaymentCaptureFailed), capture);
    }

    [Theory]
    [InlineData("captured_amount = amount + 1")]
    [InlineData("capturing_amount = amount + 1")]
    [InlineData("refunded_amount = 1")]
    [InlineData("captured_ahead = 1")]
    public async Task The_table_itself_refuses_more_than_there_is(string change)
    {
        await _till.Listen();
        var orderId = await _till.Authorize(1000);

        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            _till.Run($"update payments.payment set {change} where order_id = $1", orderId));

        Assert.Equal(PostgresErrorCodes.CheckViolation, refused.SqlState);
    }

    private async Task<(string Status, long Held)> AtProvider(Guid orderId)
    {
        var charge = Assert.Single(await Shop.Provider.Charges(orderId));
        return (charge.Status, charge.Held);
    }
}
