using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Orders;

public sealed class When_an_order_is_followed(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task Each_step_comes_once_and_in_order_and_never_contradicts_the_poll()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));
        using var stream = await buyer.Events(orderId);
        Assert.Equal((200, "text/event-stream", true), (stream.Status, stream.ContentType, stream.IsUncached));

        var told = new List<StreamEvent>();
        while (told.LastOrDefault()?.Status != "CONFIRMED")
        {
            told.Add((await stream.Next())!);
            var polled = (await buyer.Get($"/orders/{orderId}")).Json.GetProperty("history");
            Assert.Equal(polled[told.Count - 1].GetRawText(), told[^1].Data.GetRawText());
        }

        Assert.All(told, step => Assert.Equal("status", step.Name));
        await AssertWhole(orderId, told);
        Assert.InRange(stream.Retry!.Value, 1_000, 3_000);
    }

    [Fact]
    public async Task It_ends_after_a_terminal_status_and_has_nothing_more_for_who_comes_again()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order("pm_card_chargeDeclined", await Shop.Goods.Offer(stock: 5));
        using var stream = await buyer.Events(orderId);

        var events = await stream.Until("PAYMENT_FAILED");

        Assert.Equal(["RECEIVED", "PENDING_PAYMENT", "PAYMENT_FAILED"], events.Select(step => step.Status));
        Assert.Null(await stream.Next());
        using var again = await buyer.Events(orderId, events[^1].Id);
        Assert.Equal(204, again.Status);
    }

    [Fact]
    public async Task One_who_was_cut_off_goes_on_from_where_it_was()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));
        using (var cut = await buyer.Events(orderId)) Assert.Equal("1", (await cut.Next())!.Id);
        await buyer.Sees(orderId, "CONFIRMED");

        using var stream = await buyer.Events(orderId, "1");

        await AssertWhole(orderId, await stream.Until("CONFIRMED"), from: 2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("one")]
    [InlineData("999")]
    [InlineData("99999999999999999999")]
    public async Task An_id_that_is_not_of_this_order_begins_anew(string lastEventId)
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));

        using var stream = await buyer.Events(orderId, lastEventId);

        await AssertWhole(orderId, await stream.Until("CONFIRMED"));
    }

    [Fact]
    public async Task An_idle_stream_gives_signs_of_life()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));
        using var stream = await buyer.Events(orderId);
        await stream.Until("CONFIRMED");

        await stream.Comment();
        await stream.Comment();
    }

    [Fact]
    public async Task Someone_elses_is_not_found()
    {
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));
        var other = new Buyer(Shop);
        await other.AddToCart(await Shop.Goods.Offer(stock: 1));

        (await other.Get($"/orders/{orderId}/events")).Refused(404, "not-found");
        (await new Buyer(Shop).Get($"/orders/{orderId}/events")).Refused(404, "not-found");
        (await buyer.Get($"/orders/{Guid.NewGuid()}/events")).Refused(404, "not-found");
        (await buyer.Get("/orders/7/events")).Refused(404, "not-found");
        await buyer.Sees(orderId, "CONFIRMED");
    }

    [Fact]
    public async Task One_that_is_only_accepted_answers_at_once_and_tells_the_rest_later()
    {
        var buyer = new Buyer(Shop);
        var sku = await Shop.Goods.Offer(stock: 5);
        await Shop.Sagas.Kill();
        var orderId = await buyer.Order(Buyer.GoodCard, sku);

        using var stream = await buyer.Events(orderId);
        Assert.Equal("RECEIVED", (await stream.Next())!.Status);
        Assert.Null(await Shop.Books.StateOf(orderId));
        await Shop.Sagas.Start();

        await AssertWhole(orderId, await stream.Until("CONFIRMED"), from: 2);
    }

    [Fact]
    public async Task A_caller_has_so_many_streams_and_no_more()
    {
        const int most = 10;
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));
        var streams = new List<EventStream>();
        for (var i = 0; i < most; i++) streams.Add(await buyer.Events(orderId));
        foreach (var stream in streams) await stream.Next();

        var refused = await buyer.Get($"/orders/{orderId}/events");

        refused.Refused(429, "rate-limited");
        Assert.NotNull(refused.Header("Retry-After"));
        foreach (var stream in streams) stream.Dispose();
        await Waiting.Until(async () =>
        {
            using var stream = await buyer.Events(orderId);
            return stream.Status == 200;
        });
        await buyer.Sees(orderId, "CONFIRMED");
    }

    [Fact]
    public async Task Another_instance_tells_the_same_and_stops_without_waiting_for_its_streams()
    {
        await using var other = Shop.Api.Another();
        await other.Start();
        var buyer = new Buyer(Shop);
        var orderId = await buyer.Order(Buyer.GoodCard, await Shop.Goods.Offer(stock: 5));
        using var stream = await buyer.Events(orderId, api: other.Address);
        await AssertWhole(orderId, await stream.Until("CONFIRMED"));

        var stopping = other.Stop(limit: TimeSpan.FromSeconds(20));

        Assert.Null(await stream.Next());
        await stopping;
        using var again = await buyer.Events(orderId, "2");
        Assert.Equal("3", (await again.Next())!.Id);
    }

    [Fact]
    public async Task Five_hundred_streams_are_one_question_at_a_time()
    {
        const int buyers = 50;
        const int streamsOfEach = 10;
        var sku = await Shop.Goods.Offer(stock: buyers);
        await Waiting.Until(async () => await Metric("shop_orders_streams") == 0);
        await Shop.Sagas.Kill();
        var streams = (await Task.WhenAll(Enumerable.Range(0, buyers).Select(async _ =>
        {
            var buyer = new Buyer(Shop);
            var orderId = await buyer.Order(Buyer.GoodCard, sku);
            return await Task.WhenAll(Enumerable.Range(0, streamsOfEach)
                .Select(async _ => (OrderId: orderId, Events: await buyer.Events(orderId))));
        }))).SelectMany(opened => opened).ToList();
        await Waiting.Until(async () => await Metric("shop_orders_streams") == buyers * streamsOfEach);

        var (before, since) = (await Metric("shop_orders_stream_reads"), Stopwatch.GetTimestamp());
        await Waiting.Until(async () => await Metric("shop_orders_stream_reads") >= before + 8);
        var asked = await Metric("shop_orders_stream_reads") - before;
        Assert.True(asked <= Stopwatch.GetElapsedTime(since) / TimeSpan.FromMilliseconds(250) + 2);

        await Shop.Sagas.Start();
        await Task.WhenAll(streams.Select(async stream =>
            await AssertWhole(stream.OrderId, await stream.Events.Until("CONFIRMED"))));
        foreach (var stream in streams) stream.Events.Dispose();
        await Waiting.Until(async () => await Metric("shop_orders_streams") == 0);
    }

    /// <summary>Every step that the order has shown, each once, numbered without a gap.</summary>
    private async Task AssertWhole(Guid orderId, IReadOnlyList<StreamEvent> events, int from = 1)
    {
        Assert.Equal(
            Enumerable.Range(from, events.Count).Select(sequence => sequence.ToString(CultureInfo.InvariantCulture)),
            events.Select(step => step.Id));
        Assert.Equal(
            (await Shop.Books.History(orderId)).Split(", ").Skip(from - 1), events.Select(step => step.Status));
    }

    private async Task<long> Metric(string name)
    {
        var all = await Shop.Http.GetStringAsync(
            new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        var value = Regex.Match(all, $@"^{name}\w*(\{{[^}}]*\}})? (?<value>\d+)", RegexOptions.Multiline).Groups["value"];
        return value.Success ? long.Parse(value.Value, CultureInfo.InvariantCulture) : 0;
    }
}
