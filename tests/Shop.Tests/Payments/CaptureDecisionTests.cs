using Shop.Contracts;
using Shop.Contracts.Payments;
using Shop.Workers.Payments;
using Xunit;

namespace Shop.Tests.Payments;

public sealed class CaptureDecisionTests
{
    [Fact]
    public void What_is_held_is_taken() =>
        Assert.Equal(new CaptureDecision.Take(400, IsLast: false), CaptureDecision.Of(Held(), Capture(400)));

    [Fact]
    public void More_than_is_left_is_refused() =>
        Assert.IsType<CaptureDecision.Refuse>(CaptureDecision.Of(Held(captured: 700), Capture(400)));

    [Fact]
    public void Another_currency_is_refused() =>
        Assert.IsType<CaptureDecision.Refuse>(CaptureDecision.Of(Held(), Capture(400, currency: "EUR")));

    [Fact]
    public void A_capture_under_way_decides_the_next() =>
        Assert.IsType<CaptureDecision.Wait>(CaptureDecision.Of(Held(capturing: 100), Capture(400)));

    [Fact]
    public void What_was_taken_ahead_pays_for_a_later_parcel() =>
        Assert.IsType<CaptureDecision.PayFromAhead>(CaptureDecision.Of(
            Held(PaymentState.Captured, captured: 1000, ahead: 600), Capture(400)));

    [Fact]
    public void Nothing_is_taken_of_what_is_to_be_void()
    {
        var payment = Held();
        payment.VoidReason = "cancelled";
        Assert.IsType<CaptureDecision.Refuse>(CaptureDecision.Of(payment, Capture(400)));
    }

    [Theory]
    [InlineData((int)PaymentState.Authorizing)]
    [InlineData((int)PaymentState.Declined)]
    [InlineData((int)PaymentState.Voided)]
    [InlineData((int)PaymentState.Captured)]
    public void Nothing_is_taken_where_nothing_is_held(int status) =>
        Assert.IsType<CaptureDecision.Refuse>(CaptureDecision.Of(Held((PaymentState)status), Capture(400)));

    [Fact]
    public void Nothing_is_taken_without_a_payment() =>
        Assert.IsType<CaptureDecision.Refuse>(CaptureDecision.Of(null, Capture(400)));

    [Fact]
    public void A_parcel_that_costs_nothing_is_not_refused() =>
        Assert.IsType<CaptureDecision.Nothing>(CaptureDecision.Of(Held(), Capture(0)));

    [Fact]
    public void What_was_taken_is_given_back() =>
        Assert.IsType<RefundDecision.Give>(RefundDecision.Of(Held(captured: 400), new Money(400, "USD")));

    [Fact]
    public void What_is_on_its_way_back_is_not_given_twice() =>
        Assert.IsType<RefundDecision.Refuse>(RefundDecision.Of(Held(captured: 400, refunding: 100), new Money(301, "USD")));

    [Fact]
    public void A_refund_waits_for_the_capture_that_would_cover_it() =>
        Assert.IsType<RefundDecision.Wait>(RefundDecision.Of(Held(capturing: 400), new Money(400, "USD")));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Less_than_one_is_not_given_back(long amount) =>
        Assert.IsType<RefundDecision.Refuse>(RefundDecision.Of(Held(captured: 400), new Money(amount, "USD")));

    private static Payment Held(
        PaymentState status = PaymentState.Authorized, long captured = 0, long capturing = 0, long ahead = 0,
        long refunding = 0) => new()
    {
        Status = status,
        Amount = 1000,
        Currency = "USD",
        CapturedAmount = captured,
        CapturingAmount = capturing,
        CapturedAhead = ahead,
        RefundingAmount = refunding,
    };

    private static CapturePayment Capture(long amount, bool final = false, string currency = "USD") => new()
    {
        OrderId = Guid.NewGuid(),
        CaptureId = Guid.NewGuid(),
        Amount = new Money(amount, currency),
        Final = final,
    };
}
