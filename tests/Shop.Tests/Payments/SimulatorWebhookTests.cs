using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Stripe;
using Xunit;

namespace Shop.Tests.Payments;

public sealed class SimulatorWebhookTests
{
    private const string Secret = "whsec_of_the_tests";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_verifies_with_the_providers_own_library()
    {
        await using var listener = await Listener.Start();
        await using var simulator = await Start(listener);
        await simulator.Create("key", "pm_card_visa", "order-7");
        var (body, signature) = await listener.Received.ReadAsync(Token);

        var told = EventUtility.ConstructEvent(body, signature, Secret);

        Assert.Equal("payment_intent.amount_capturable_updated", told.Type);
        var intent = Assert.IsType<PaymentIntent>(told.Data.Object);
        Assert.Equal(("order-7", 4999L), (intent.Metadata["order_id"], intent.AmountCapturable));
    }

    [Fact]
    public async Task An_event_that_was_tampered_with_does_not_verify()
    {
        await using var listener = await Listener.Start();
        await using var simulator = await Start(listener);
        await simulator.Create("key", "pm_card_visa", "order");
        var (body, signature) = await listener.Received.ReadAsync(Token);
        var tampered = body.Replace("4999", "4998", StringComparison.Ordinal);
        Assert.Throws<StripeException>(() => EventUtility.ConstructEvent(tampered, signature, Secret));
    }

    [Fact]
    public async Task A_decline_a_void_and_a_capture_are_told()
    {
        await using var listener = await Listener.Start();
        await using var simulator = await Start(listener, "--Simulator:Webhooks=BeforeResponse");
        await simulator.Create(null, "pm_card_chargeDeclined", "order-1");
        await simulator.Create(null, "pm_card_visa", "order-2");
        await simulator.Post($"/v1/payment_intents/{await Newest(simulator)}/cancel", null);
        await simulator.Create(null, "pm_card_visa", "order-3");
        await simulator.Post($"/v1/payment_intents/{await Newest(simulator)}/capture", null);
        Assert.Equal(
            [
                "payment_intent.payment_failed", "payment_intent.amount_capturable_updated", "payment_intent.canceled",
                "payment_intent.amount_capturable_updated", "payment_intent.succeeded",
            ],
            listener.Types());
    }

    [Fact]
    public async Task The_event_can_come_before_the_response()
    {
        await using var listener = await Listener.Start();
        await using var simulator = await Start(listener, "--Simulator:Webhooks=BeforeResponse");
        await simulator.Create("key", "pm_card_visa", "order");
        Assert.True(listener.Received.TryRead(out _));
    }

    [Fact]
    public async Task The_event_can_come_twice()
    {
        await using var listener = await Listener.Start();
        await using var simulator = await Start(listener, "--Simulator:Webhooks=Twice");
        await simulator.Create("key", "pm_card_visa", "order");
        var first = EventUtility.ParseEvent((await listener.Received.ReadAsync(Token)).Body);
        var second = EventUtility.ParseEvent((await listener.Received.ReadAsync(Token)).Body);
        Assert.Equal(first.Id, second.Id);
    }

    [Fact]
    public async Task The_event_can_stay_away_and_is_listed_all_the_same()
    {
        await using var listener = await Listener.Start();
        await using var simulator = await Start(listener);
        await simulator.Switch("webhooks/never");
        await simulator.Create("one", "pm_card_visa", "order-1");
        await simulator.Switch("webhooks/normal");
        await simulator.Create("two", "pm_card_visa", "order-2");
        var (body, _) = await listener.Received.ReadAsync(Token);
        Assert.Contains("order-2", body, StringComparison.Ordinal);
        Assert.Equal(2, (await simulator.Counters()).GetProperty("events").GetInt32());
    }

    [Fact]
    public async Task An_event_that_was_not_taken_comes_again()
    {
        await using var listener = await Listener.Start(refusals: 2);
        await using var simulator = await Start(listener);
        await simulator.Create("key", "pm_card_visa", "order");
        await listener.Received.ReadAsync(Token);
        Assert.Equal(0, listener.RefusalsLeft);
    }

    private static Task<RunningSimulator> Start(Listener listener, params string[] settings) => RunningSimulator.Start(
        [$"--Simulator:WebhookAddress={listener.Address}", $"--Simulator:WebhookSecret={Secret}", .. settings]);

    private static async Task<string> Newest(RunningSimulator simulator) =>
        (await simulator.Journal())[^1].GetProperty("intent").GetProperty("id").GetString()!;

    /// <summary>Where events are posted to.</summary>
    private sealed class Listener(
        WebApplication app,
        ChannelReader<(string Body, string Signature)> received,
        int[] refusals)
        : IAsyncDisposable
    {
        public Uri Address => new(new Uri(app.Urls.Single()), "/payments/webhook");

        public ChannelReader<(string Body, string Signature)> Received => received;

        public int RefusalsLeft => Math.Max(0, Volatile.Read(ref refusals[0]));

        public static async Task<Listener> Start(int refusals = 0)
        {
            var builder = WebApplication.CreateSlimBuilder(["--Urls=http://127.0.0.1:0"]);
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var received = Channel.CreateBounded<(string, string)>(100);
            int[] left = [refusals];
            app.MapPost("/payments/webhook", async (HttpContext http) =>
            {
                if (Interlocked.Decrement(ref left[0]) >= 0)
                {
                    http.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
                    return;
                }

                using var reader = new StreamReader(http.Request.Body);
                var body = await reader.ReadToEndAsync(http.RequestAborted);
                received.Writer.TryWrite((body, http.Request.Headers["Stripe-Signature"].ToString()));
            });
            await app.StartAsync(Token);
            return new(app, received.Reader, left);
        }

        public List<string> Types()
        {
            var types = new List<string>();
            while (received.TryRead(out var one))
                types.Add(EventUtility.ParseEvent(one.Body).Type);
            return types;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
