using Shop.Contracts;
using Shop.Workers.Payments;
using Xunit;

namespace Shop.Tests.Payments;

/// <summary>A payment that is taken parcel by parcel.</summary>
public sealed class MulticaptureTests
{
    private static readonly Money Price = new(5000, "USD");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parts_are_taken_until_the_last_releases_the_rest()
    {
        await using var simulator = await RunningSimulator.Start();
        var provider = simulator.Provider();
        var reference = await Held(provider);

        Assert.IsType<CaptureResult.Captured>(await provider.Capture(reference, Part(1000, before: 0), isRepeat: false, Token));
        var between = await Intent(simulator);
        Assert.IsType<CaptureResult.Captured>(
            await provider.Capture(reference, Part(1500, before: 1000, final: true), isRepeat: false, Token));

        Assert.Equal("requires_capture 1000 4000", between);
        Assert.Equal("succeeded 2500 0", await Intent(simulator));
    }

    [Fact]
    public async Task The_part_that_takes_the_rest_ends_the_payment()
    {
        await using var simulator = await RunningSimulator.Start();
        var provider = simulator.Provider();
        var reference = await Held(provider);

        await provider.Capture(reference, Part(2000, before: 0), isRepeat: false, Token);
        await provider.Capture(reference, Part(3000, before: 2000), isRepeat: false, Token);

        Assert.Equal("succeeded 5000 0", await Intent(simulator));
    }

    [Fact]
    public async Task Parts_that_are_too_much_together_are_refused()
    {
        await using var simulator = await RunningSimulator.Start();
        var provider = simulator.Provider();
        var reference = await Held(provider);

        await provider.Capture(reference, Part(3000, before: 0), isRepeat: false, Token);

        Assert.IsType<CaptureResult.Refused>(await provider.Capture(reference, Part(2001, before: 3000), isRepeat: false, Token));
    }

    [Fact]
    public async Task A_part_whose_answer_was_lost_is_not_taken_again()
    {
        await using var simulator = await RunningSimulator.Start();
        var impatient = simulator.Provider(TimeSpan.FromMilliseconds(300));
        var provider = simulator.Provider();
        var (reference, part) = (await Held(provider), Part(1000, before: 0));
        await simulator.Switch("outage/mute");
        Assert.IsType<CaptureResult.Unknown>(await impatient.Capture(reference, part, isRepeat: false, Token));
        await simulator.Switch("outage/none");

        Assert.IsType<CaptureResult.Captured>(await provider.Capture(reference, part, isRepeat: true, Token));

        Assert.Equal("requires_capture 1000 4000", await Intent(simulator));
    }

    [Fact]
    public async Task A_refund_whose_answer_was_lost_is_not_made_again()
    {
        await using var simulator = await RunningSimulator.Start();
        var impatient = simulator.Provider(TimeSpan.FromMilliseconds(300));
        var (provider, refundId) = (simulator.Provider(), Guid.NewGuid());
        var reference = await Held(provider);
        await provider.Capture(reference, Part(1000, before: 0), isRepeat: false, Token);
        await simulator.Switch("outage/mute");
        Assert.IsType<RefundResult.Unknown>(
            await impatient.Refund(reference, new(400, "USD"), refundId, isRepeat: false, Token));
        await simulator.Switch("outage/none");

        Assert.IsType<RefundResult.Refunded>(
            await provider.Refund(reference, new(400, "USD"), refundId, isRepeat: true, Token));

        Assert.Equal(1, (await simulator.Counters()).GetProperty("refunds").GetInt32());
    }

    [Fact]
    public async Task During_an_outage_a_part_is_unknown()
    {
        await using var simulator = await RunningSimulator.Start();
        var provider = simulator.Provider();
        var reference = await Held(provider);
        await simulator.Switch("outage/errors");

        Assert.IsType<CaptureResult.Unknown>(await provider.Capture(reference, Part(1000, before: 0), isRepeat: false, Token));
    }

    [Theory]
    [InlineData("pm_card_visa", true)]
    [InlineData("pm_card_oneCapture", false)]
    public async Task A_card_says_whether_it_takes_parts(string card, bool takesParts)
    {
        await using var simulator = await RunningSimulator.Start();
        var provider = simulator.Provider();

        Assert.Equal(takesParts, await provider.TakesParts(await Held(provider, card), Token));
    }

    [Fact]
    public async Task A_card_that_does_not_take_parts_refuses_one_that_is_not_the_last()
    {
        await using var simulator = await RunningSimulator.Start();
        var provider = simulator.Provider();
        var reference = await Held(provider, "pm_card_oneCapture");

        Assert.IsType<CaptureResult.Refused>(await provider.Capture(reference, Part(1000, before: 0), isRepeat: false, Token));
    }

    private static CaptureOrder Part(long amount, long before, bool final = false) =>
        new(Guid.NewGuid(), new(amount, "USD"), before, final);

    private static async Task<string> Held(PaymentProvider provider, string card = "pm_card_visa") =>
        Assert.IsType<AuthorizationResult.Authorized>(
            await provider.Authorize(Guid.NewGuid(), Price, card, Token)).Reference;

    /// <summary>The status, and what is taken and held, as the journal's last line has them.</summary>
    private static async Task<string> Intent(RunningSimulator simulator)
    {
        var intent = (await simulator.Journal())[^1].GetProperty("intent");
        long Amount(string name) => intent.TryGetProperty(name, out var amount) ? amount.GetInt64() : 0;
        return $"{intent.GetProperty("status").GetString()} {Amount("received")} {Amount("capturable")}";
    }
}
