using System.Net;
using Shop.Contracts;
using Shop.Workers.Payments;
using Xunit;

namespace Shop.Tests.Payments;

public sealed class CaptureAndVoidTests
{
    private static readonly Money Price = new(4999, "USD");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_void_releases_what_was_held()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        var reference = await Held(provider, orderId);
        Assert.IsType<VoidResult.Voided>(await provider.Void(reference, Token));
        Assert.IsType<VoidResult.Voided>(await provider.Void(reference, Token));
        Assert.Equal(["create", "cancel"],
            (await simulator.Journal()).Select(entry => entry.GetProperty("operation").GetString()));
    }

    [Fact]
    public async Task A_void_of_what_was_cancelled_elsewhere_succeeds()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        var reference = await Held(provider, orderId);
        await simulator.Post($"/v1/payment_intents/{reference}/cancel", null);
        Assert.IsType<VoidResult.Voided>(await provider.Void(reference, Token));
    }

    [Fact]
    public async Task A_void_after_the_capture_says_that_only_a_refund_helps()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        var reference = await Held(provider, orderId);
        await Capture(provider, reference, Price);
        var result = await provider.Void(reference, Token);
        Assert.Equal(Price, Assert.IsType<VoidResult.AlreadyCaptured>(result).Amount);
    }

    [Fact]
    public async Task A_void_during_an_outage_is_unknown()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        var reference = await Held(provider, orderId);
        await simulator.Switch("outage/errors");
        Assert.IsType<VoidResult.Unknown>(await provider.Void(reference, Token));
    }

    [Fact]
    public async Task A_capture_takes_the_money_once()
    {
        await using var simulator = await RunningSimulator.Start();
        var provider = simulator.Provider();
        var reference = await Held(provider, Guid.NewGuid());
        var order = new CaptureOrder(Guid.NewGuid(), Price, TakenBefore: 0, Final: true);
        Assert.Equal(new CaptureResult.Captured(Price), await provider.Capture(reference, order, isRepeat: false, Token));
        Assert.Equal(new CaptureResult.Captured(Price), await provider.Capture(reference, order, isRepeat: true, Token));
        Assert.Equal(2, (await simulator.Journal()).Count);
    }

    [Fact]
    public async Task More_than_was_authorised_is_not_captured()
    {
        await using var simulator = await RunningSimulator.Start();
        var provider = simulator.Provider();
        var reference = await Held(provider, Guid.NewGuid());
        Assert.IsType<CaptureResult.Refused>(await Capture(provider, reference, new(5000, "USD")));
    }

    [Fact]
    public async Task What_was_voided_is_not_captured()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        var reference = await Held(provider, orderId);
        await provider.Void(reference, Token);
        Assert.IsType<CaptureResult.Refused>(await Capture(provider, reference, Price));
    }

    [Fact]
    public async Task Refunds_never_exceed_what_was_captured()
    {
        await using var simulator = await RunningSimulator.Start();
        var provider = simulator.Provider();
        var reference = await Held(provider, Guid.NewGuid());
        await Capture(provider, reference, new(3000, "USD"));
        Assert.IsType<RefundResult.Refunded>(await provider.Refund(reference, new(2000, "USD"), Guid.NewGuid(), isRepeat: false, Token));
        Assert.IsType<RefundResult.Refused>(await provider.Refund(reference, new(1001, "USD"), Guid.NewGuid(), isRepeat: false, Token));
        Assert.IsType<RefundResult.Refunded>(await provider.Refund(reference, new(1000, "USD"), Guid.NewGuid(), isRepeat: false, Token));
    }

    [Fact]
    public async Task A_refund_with_the_same_id_is_made_once()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, refundId) = (simulator.Provider(), Guid.NewGuid());
        var reference = await Held(provider, Guid.NewGuid());
        await Capture(provider, reference, Price);
        var first = await provider.Refund(reference, new(100, "USD"), refundId, isRepeat: false, Token);
        Assert.Equal(first, await provider.Refund(reference, new(100, "USD"), refundId, isRepeat: false, Token));
        Assert.Equal(first, await provider.Refund(reference, new(100, "USD"), refundId, isRepeat: true, Token));
        Assert.Equal(1, (await simulator.Counters()).GetProperty("refunds").GetInt32());
    }

    [Fact]
    public async Task What_was_not_captured_is_not_refunded()
    {
        await using var simulator = await RunningSimulator.Start();
        var provider = simulator.Provider();
        var reference = await Held(provider, Guid.NewGuid());
        Assert.IsType<RefundResult.Refused>(await provider.Refund(reference, Price, Guid.NewGuid(), isRepeat: false, Token));
    }

    [Fact]
    public async Task A_capture_and_a_void_at_once_leave_one_of_them_done()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        var reference = await Held(provider, orderId);
        var capture = Capture(provider, reference, Price);
        var release = provider.Void(reference, Token);
        Assert.Equal(await capture is CaptureResult.Captured, await release is not VoidResult.Voided);
    }

    [Fact]
    public async Task Cancelling_twice_is_refused_by_the_provider_itself()
    {
        await using var simulator = await RunningSimulator.Start();
        var reference = await Held(simulator.Provider(), Guid.NewGuid());
        await simulator.Post($"/v1/payment_intents/{reference}/cancel", null);
        var second = await simulator.Post($"/v1/payment_intents/{reference}/cancel", null);
        Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
    }

    private static Task<CaptureResult> Capture(PaymentProvider provider, string reference, Money amount) => provider.Capture(
        reference, new CaptureOrder(Guid.NewGuid(), amount, TakenBefore: 0, Final: true), isRepeat: false, Token);

    private static async Task<string> Held(PaymentProvider provider, Guid orderId) =>
        Assert.IsType<AuthorizationResult.Authorized>(
            await provider.Authorize(orderId, Price, "pm_card_visa", Token)).Reference;
}
