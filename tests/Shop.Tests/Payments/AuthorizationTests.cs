using Shop.Contracts;
using Shop.Workers.Payments;
using Xunit;
using static Shop.Workers.Payments.AuthorizationResult;

namespace Shop.Tests.Payments;

public sealed class AuthorizationTests
{
    private static readonly Money Price = new(4999, "USD");
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_card_is_authorised_for_the_amount()
    {
        await using var simulator = await RunningSimulator.Start();
        var result = await simulator.Provider().Authorize(Guid.NewGuid(), Price, "pm_card_visa", Token);
        Assert.Equal(Price, Assert.IsType<Authorized>(result).Amount);
    }

    [Theory]
    [InlineData("pm_card_visa_chargeDeclined", "card_declined", "Your card was declined.")]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "Your card has insufficient funds.")]
    [InlineData("pm_card_visa_chargeDeclinedExpiredCard", "expired_card", "Your card has expired.")]
    public async Task A_declined_card_says_why(string card, string code, string detail)
    {
        await using var simulator = await RunningSimulator.Start();
        var result = await simulator.Provider().Authorize(Guid.NewGuid(), Price, card, Token);
        var declined = Assert.IsType<Declined>(result);
        Assert.Equal((code, detail), (declined.Code, declined.Detail));
        Assert.StartsWith("pi_", declined.Reference, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_that_does_not_exist_is_an_invalid_request_and_is_not_repeated_to_anyone()
    {
        await using var simulator = await RunningSimulator.Start();
        var result = await simulator.Provider().Authorize(Guid.NewGuid(), Price, "pm_nobody_knows", Token);
        var declined = Assert.IsType<Declined>(result);
        Assert.Equal("invalid_request", declined.Code);
        Assert.DoesNotContain("pm_nobody_knows", declined.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorising_twice_charges_once_and_answers_the_same()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        var first = await provider.Authorize(orderId, Price, "pm_card_visa", Token);
        var second = await provider.Authorize(orderId, Price, "pm_card_visa", Token);
        Assert.Equal(first, second);
        Assert.Single(await simulator.Journal());
    }

    [Fact]
    public async Task Twenty_at_once_for_one_order_charge_once()
    {
        await using var simulator = await RunningSimulator.Start("--Simulator:LatencyMs=20");
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        var results = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(_ => provider.Authorize(orderId, Price, "pm_card_visa", Token)));
        Assert.All(results, result => Assert.True(result is Authorized or Unknown, result.ToString()));
        Assert.Single(results.OfType<Authorized>().Select(result => result.Reference).Distinct());
        Assert.Single(await simulator.Journal());
    }

    [Fact]
    public async Task A_silent_provider_is_unknown_within_the_timeout_and_has_charged_nothing()
    {
        await using var simulator = await RunningSimulator.Start();
        var result = await simulator.Provider(Short).Authorize(Guid.NewGuid(), Price, "pm_card_silent", Token)
            .WaitAsync(TimeSpan.FromSeconds(5), Token);
        Assert.IsType<Unknown>(result);
        Assert.Empty(await simulator.Journal());
    }

    [Fact]
    public async Task Silence_after_the_charge_is_unknown_and_resolving_finds_the_one_charge()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(Short), Guid.NewGuid());
        Assert.IsType<Unknown>(await provider.Authorize(orderId, Price, "pm_card_silentAfterCharge", Token));
        Assert.IsType<Authorized>(
            await provider.Resolve(orderId, Price, "pm_card_silentAfterCharge", TimeSpan.Zero, Token));
        Assert.Single(await simulator.Journal());
    }

    [Theory]
    [InlineData("pm_card_errorAfterCharge")]
    [InlineData("pm_card_lostResponse")]
    public async Task An_answer_that_is_lost_after_the_charge_is_asked_for_again(string card)
    {
        await using var simulator = await RunningSimulator.Start();
        Assert.IsType<Authorized>(await simulator.Provider().Authorize(Guid.NewGuid(), Price, card, Token));
        Assert.Single(await simulator.Journal());
    }

    [Fact]
    public async Task A_recorded_server_error_is_unknown_and_resolving_finds_the_charge_behind_it()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        const string card = "pm_card_errorAfterChargeRecorded";
        Assert.IsType<Unknown>(await provider.Authorize(orderId, Price, card, Token));
        Assert.IsType<Authorized>(await provider.Resolve(orderId, Price, card, TimeSpan.Zero, Token));
        Assert.Single(await simulator.Journal());
    }

    [Fact]
    public async Task A_slow_charge_is_unknown_until_it_is_made()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(Short), Guid.NewGuid());
        Assert.IsType<Unknown>(await provider.Authorize(orderId, Price, "pm_card_slow_1", Token));
        Assert.IsType<Authorized>(await Resolved(provider, orderId, "pm_card_slow_1"));
        Assert.Single(await simulator.Journal());
    }

    [Fact]
    public async Task A_slow_decline_is_unknown_until_it_is_said()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(Short), Guid.NewGuid());
        Assert.IsType<Unknown>(await provider.Authorize(orderId, Price, "pm_card_slowThenDeclined_1", Token));
        Assert.IsType<Declined>(await Resolved(provider, orderId, "pm_card_slowThenDeclined_1"));
        Assert.Single(await simulator.Journal());
    }

    [Theory]
    [InlineData("errors")]
    [InlineData("hang")]
    [InlineData("drop")]
    public async Task An_outage_is_unknown_and_resolving_afterwards_charges_once(string outage)
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(Short), Guid.NewGuid());
        await simulator.Switch($"outage/{outage}");
        Assert.IsType<Unknown>(await provider.Authorize(orderId, Price, "pm_card_visa", Token));
        await simulator.Switch("outage/none");
        Assert.IsType<Authorized>(await Resolved(provider, orderId, "pm_card_visa"));
        Assert.Single(await simulator.Journal());
    }

    [Fact]
    public async Task A_wrong_key_of_ours_is_not_the_customers_fault()
    {
        await using var simulator = await RunningSimulator.Start();
        var result = await simulator.Provider(apiKey: "sk_test_wrong")
            .Authorize(Guid.NewGuid(), Price, "pm_card_visa", Token);
        Assert.IsType<Unknown>(result);
    }

    [Fact]
    public async Task Another_amount_under_the_same_order_is_no_decline()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        await provider.Authorize(orderId, Price, "pm_card_visa", Token);
        Assert.IsType<Unknown>(await provider.Authorize(orderId, new(1, "USD"), "pm_card_visa", Token));
    }

    [Fact]
    public async Task Resolving_what_was_voided_says_so()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        var held = Assert.IsType<Authorized>(await provider.Authorize(orderId, Price, "pm_card_visa", Token));
        await provider.Void(held.Reference, Token);
        var result = await provider.Resolve(orderId, Price, "pm_card_visa", TimeSpan.Zero, Token);
        Assert.Equal("canceled", Assert.IsType<Declined>(result).Code);
    }

    [Fact]
    public async Task When_the_key_may_be_forgotten_the_payment_is_searched_for()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        var held = await provider.Authorize(orderId, Price, "pm_card_visa", Token);
        Assert.Equal(held, await provider.Resolve(orderId, Price, "pm_card_visa", PaymentProvider.KeyLife, Token));
    }

    [Fact]
    public async Task When_the_key_may_be_forgotten_nothing_new_is_charged()
    {
        await using var simulator = await RunningSimulator.Start();
        var (provider, orderId) = (simulator.Provider(), Guid.NewGuid());
        Assert.IsType<Unknown>(
            await provider.Resolve(orderId, Price, "pm_card_visa", PaymentProvider.KeyLife, Token));
        Assert.IsType<Declined>(
            await provider.Resolve(orderId, Price, "pm_card_visa", PaymentProvider.SearchSettled, Token));
        Assert.Empty(await simulator.Journal());
    }

    /// <summary>Asks until it is known.</summary>
    private static async Task<AuthorizationResult> Resolved(PaymentProvider provider, Guid orderId, string card)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        AuthorizationResult result;
        do
        {
            result = await provider.Resolve(orderId, Price, card, TimeSpan.Zero, patience.Token);
        }
        while (result is Unknown);
        return result;
    }
}
