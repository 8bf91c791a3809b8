using System.Net;
using System.Text.Json;
using Xunit;

namespace Shop.Tests.Payments;

public sealed class SimulatorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_caller_without_the_key_is_turned_away()
    {
        await using var simulator = await RunningSimulator.Start();
        var client = simulator.Client("sk_test_wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/events", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/_simulator/journal", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live", Token)).StatusCode);
    }

    [Fact]
    public async Task A_repeat_is_answered_by_the_same_bytes_and_marked()
    {
        await using var simulator = await RunningSimulator.Start();
        var first = await simulator.Create("key", "pm_card_visa", "order");
        var second = await simulator.Create("key", "pm_card_visa", "order");
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", second.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(await first.Content.ReadAsStringAsync(Token), await second.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_decline_is_replayed_as_a_decline()
    {
        await using var simulator = await RunningSimulator.Start();
        await simulator.Create("key", "pm_card_chargeDeclined", "order");
        var second = await simulator.Create("key", "pm_card_chargeDeclined", "order");
        Assert.Equal(HttpStatusCode.PaymentRequired, second.StatusCode);
        Assert.Single(await simulator.Journal());
    }

    [Fact]
    public async Task A_key_cannot_be_used_for_something_else()
    {
        await using var simulator = await RunningSimulator.Start();
        await simulator.Create("key", "pm_card_visa", "order");
        var other = await simulator.Create("key", "pm_card_visa", "order", amount: 1);
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        Assert.Equal("idempotency_error", (await Error(other)).GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_key_whose_call_still_runs_is_in_use()
    {
        await using var simulator = await RunningSimulator.Start();
        var running = simulator.Create("key", "pm_card_slow_1", "order");
        HttpResponseMessage second;
        do
        {
            second = await simulator.Create("key", "pm_card_slow_1", "order");
        }
        while (second.StatusCode == HttpStatusCode.OK && !running.IsCompleted);
        var first = await running;
        // Whichever came first runs; the other is turned away meanwhile.
        var turnedAway = first.StatusCode == HttpStatusCode.Conflict ? first : second;
        Assert.Equal(HttpStatusCode.Conflict, turnedAway.StatusCode);
        Assert.Equal("idempotency_key_in_use", (await Error(turnedAway)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_call_that_made_no_sense_does_not_use_up_its_key()
    {
        await using var simulator = await RunningSimulator.Start();
        var senseless = await simulator.Create("key", "pm_card_visa", "order", amount: 0);
        var good = await simulator.Create("key", "pm_card_visa", "order");
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (senseless.StatusCode, good.StatusCode));
    }

    [Fact]
    public async Task A_restart_forgets_neither_payments_nor_keys()
    {
        await using var simulator = await RunningSimulator.Start();
        var before = await (await simulator.Create("key", "pm_card_visa", "order")).Content.ReadAsStringAsync(Token);
        await simulator.Restart();
        var after = await simulator.Create("key", "pm_card_visa", "order");
        Assert.Equal("true", after.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(before, await after.Content.ReadAsStringAsync(Token));
        Assert.Single(await simulator.Journal());
    }

    [Fact]
    public async Task A_line_that_was_torn_by_a_crash_is_cut_off()
    {
        await using var simulator = await RunningSimulator.Start();
        await simulator.Create("one", "pm_card_visa", "order-1");
        await simulator.Restart(journal => File.AppendAllText(
            journal, $$"""{"sequence":2,"operation":"create","requestId":"{{new string('x', 5000)}}"""));
        await simulator.Create("two", "pm_card_visa", "order-2");
        await simulator.Restart(journal =>
            Assert.DoesNotContain("xxx", File.ReadAllText(journal), StringComparison.Ordinal));
        Assert.Equal([1, 2], (await simulator.Journal()).Select(entry => entry.GetProperty("sequence").GetInt64()));
    }

    [Fact]
    public async Task Lists_page_from_the_newest_on()
    {
        await using var simulator = await RunningSimulator.Start();
        for (var order = 1; order <= 5; order++)
            await simulator.Create(null, "pm_card_visa", $"order-{order}");
        var first = await Get(simulator, "/v1/payment_intents?limit=3&created[gte]=1");
        var last = first.GetProperty("data")[2].GetProperty("id").GetString();
        var second = await Get(simulator, $"/v1/payment_intents?limit=3&starting_after={last}");
        Assert.Equal(["order-5", "order-4", "order-3", "order-2", "order-1"], Orders(first).Concat(Orders(second)));
        Assert.True(first.GetProperty("has_more").GetBoolean());
        Assert.False(second.GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task A_list_of_what_is_not_yet_made_is_empty()
    {
        await using var simulator = await RunningSimulator.Start();
        await simulator.Create(null, "pm_card_visa", "order");
        var list = await Get(simulator, "/v1/payment_intents?created[gte]=99999999999");
        Assert.Equal(0, list.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task An_order_that_is_charged_under_two_keys_is_counted()
    {
        await using var simulator = await RunningSimulator.Start();
        await simulator.Create("one", "pm_card_visa", "order");
        await simulator.Create("two", "pm_card_visa", "order");
        Assert.Equal(1, (await simulator.Counters()).GetProperty("ordersChargedTwice").GetInt32());
    }

    [Fact]
    public async Task A_declined_payment_can_be_confirmed_with_another_card()
    {
        await using var simulator = await RunningSimulator.Start();
        var declined = await Error(await simulator.Create(null, "pm_card_chargeDeclined", "order"));
        var id = declined.GetProperty("payment_intent").GetProperty("id").GetString();
        var confirmed = await simulator.Post(
            $"/v1/payment_intents/{id}/confirm", null, ("payment_method", "pm_card_visa"));
        var intent = JsonElement.Parse(await confirmed.Content.ReadAsStringAsync(Token));
        Assert.Equal("requires_capture", intent.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Two_calls_on_one_payment_exclude_each_other()
    {
        await using var simulator = await RunningSimulator.Start();
        var declined = await Error(await simulator.Create(null, "pm_card_chargeDeclined", "order"));
        var id = declined.GetProperty("payment_intent").GetProperty("id").GetString();
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => simulator.Post(
            $"/v1/payment_intents/{id}/confirm", null, ("payment_method", "pm_card_slow_1"))));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests],
            both.Select(response => response.StatusCode).Order());
    }

    private static IEnumerable<string?> Orders(JsonElement list) => list.GetProperty("data").EnumerateArray()
        .Select(intent => intent.GetProperty("metadata").GetProperty("order_id").GetString());

    private static async Task<JsonElement> Get(RunningSimulator simulator, string path) =>
        JsonElement.Parse(await simulator.Client().GetStringAsync(path, Token));

    private static async Task<JsonElement> Error(HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsStringAsync(Token)).GetProperty("error");
}
