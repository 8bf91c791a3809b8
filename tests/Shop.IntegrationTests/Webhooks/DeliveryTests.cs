using System.Net;
using Shop.IntegrationTests.Contract;
using Shop.Workers.Webhooks;
using StandardWebhooks.Diagnostics;
using Xunit;

namespace Shop.IntegrationTests.Webhooks;

/// <summary>What customers' servers are told, by a queue on a real database and over real HTTP.</summary>
public sealed class When_addresses_are_told_of_orders(WebhooksDatabase shop) : IClassFixture<WebhooksDatabase>
{
    private readonly string _owner = WebhooksDatabase.NewOwner();
    private readonly Guid _order = Guid.CreateVersion7();

    [Fact]
    public async Task They_can_verify_what_they_are_told()
    {
        var hook = await shop.Register(_owner);
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        await shop.Dispatch();

        var call = Assert.Single(shop.Receiver.CallsTo(hook.Path));
        call.Verify(WebhooksDatabase.Secret);
        Assert.Throws<WebhookVerificationException>(() => (call with { Body = call.Body + " " }).Verify(WebhooksDatabase.Secret));
        Assert.Equal("order.confirmed", call.Type);
        Assert.Equal(_order, call.Data.GetProperty("orderId").GetGuid());
        Assert.Equal("CONFIRMED", call.Data.GetProperty("status").GetString());
        Assert.Equal(1, call.Data.GetProperty("sequence").GetInt32());
        Assert.Equal("application/json", call.Headers.ContentType.ToString());
        Assert.False(call.Headers.ContainsKey("traceparent"));
        Assert.Equal("DELIVERED 1", await shop.StateOf(hook));
    }

    [Fact]
    public async Task They_can_verify_it_in_another_language()
    {
        var hook = await shop.Register(_owner);
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        await shop.Dispatch();

        var call = Assert.Single(shop.Receiver.CallsTo(hook.Path));
        var said = await NodeTool.RunScript(
            "verify-webhook.mjs", WebhooksDatabase.Secret, call.Id, call.Headers["webhook-timestamp"].ToString(),
            call.Headers["webhook-signature"].ToString(), call.Body);
        Assert.Equal("order.confirmed verified, forgery refused", said.Trim());
    }

    [Fact]
    public async Task The_same_news_is_told_once()
    {
        var hook = await shop.Register(_owner);
        var news = WebhooksDatabase.Confirmed(_owner, _order);
        await shop.Tell(news, news);
        await shop.Dispatch();
        await shop.Tell(news);
        await shop.Dispatch();

        Assert.Single(shop.Receiver.CallsTo(hook.Path));
    }

    [Fact]
    public async Task Only_those_of_the_orders_owner_are_told()
    {
        var stranger = await shop.Register(WebhooksDatabase.NewOwner());
        var before = await shop.Read<long>("select count(*) from webhooks.delivery");
        await shop.Tell(WebhooksDatabase.Confirmed(_owner), WebhooksDatabase.Confirmed("guest:1"));

        Assert.Equal("", await shop.StateOf(stranger));
        Assert.Equal(before, await shop.Read<long>("select count(*) from webhooks.delivery"));
    }

    [Fact]
    public async Task Later_news_of_an_order_waits_for_the_earlier()
    {
        var hook = await shop.Register(_owner);
        shop.Receiver.Answer(hook.Path, 500);
        await shop.Tell(WebhooksDatabase.Shipped(_owner, _order));
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        await shop.Tell(WebhooksDatabase.Delivered(_owner, _order));
        await shop.Dispatch();
        Assert.Equal("PENDING 1, PENDING 0, PENDING 0", await shop.StateOf(hook));

        shop.Receiver.Answer(hook.Path, 200);
        await shop.ComesDue(hook);
        await shop.Dispatch();

        Assert.Equal("DELIVERED 2, DELIVERED 1, DELIVERED 1", await shop.StateOf(hook));
        Assert.Equal(
            ["order.confirmed", "order.confirmed", "order.shipped", "order.delivered"],
            shop.Receiver.CallsTo(hook.Path).Select(call => call.Type));
    }

    [Fact]
    public async Task Another_order_does_not_wait()
    {
        var hook = await shop.Register(_owner);
        shop.Receiver.Answer(hook.Path, (context, call) =>
        {
            context.Response.StatusCode = call.Data.GetProperty("orderId").GetGuid() == _order ? 500 : 200;
            return Task.CompletedTask;
        });
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        await shop.Tell(WebhooksDatabase.Shipped(_owner, Guid.CreateVersion7()));
        await shop.Dispatch();

        Assert.Equal("PENDING 1, DELIVERED 1", await shop.StateOf(hook));
    }

    [Fact]
    public async Task What_fails_is_told_again_under_the_same_id_with_longer_and_longer_pauses()
    {
        var hook = await shop.Register(_owner);
        shop.Receiver.Answer(hook.Path, 503);
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        foreach (var pause in WebhookDispatcher.Pauses)
        {
            await shop.Dispatch();
            var wait = await shop.Read<TimeSpan>(
                "select due_at - now() from webhooks.delivery where endpoint_id = $1", hook.Id);
            Assert.InRange(wait, (pause * 0.9) - TimeSpan.FromSeconds(4), pause * 1.1);
            await shop.Dispatch();
            await shop.ComesDue(hook);
        }

        Assert.Equal("ACTIVE It answered 503.", await shop.StatusOf(hook));
        await shop.Dispatch();

        Assert.Equal("GIVEN_UP 10", await shop.StateOf(hook));
        Assert.Equal("FAILING It answered 503.", await shop.StatusOf(hook));
        Assert.Contains(hook.Id.ToString(), await shop.Read<string>(
            "select string_agg(detail, ' ') from webhooks.escalation_view where kind = 'WEBHOOK_FAILING'"),
            StringComparison.Ordinal);
        var calls = shop.Receiver.CallsTo(hook.Path);
        Assert.Equal(10, calls.Count);
        Assert.Single(calls.Select(call => call.Id).Distinct());
        Assert.Single(calls.Select(call => call.Body).Distinct());

        shop.Receiver.Answer(hook.Path, 200);
        await shop.Tell(WebhooksDatabase.Shipped(_owner, _order));
        await shop.Dispatch();
        Assert.Equal("ACTIVE", await shop.StatusOf(hook));
    }

    [Fact]
    public async Task One_that_is_gone_is_told_nothing_more()
    {
        var hook = await shop.Register(_owner);
        shop.Receiver.Answer(hook.Path, 410);
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        await shop.Tell(WebhooksDatabase.Shipped(_owner, _order));
        await shop.Dispatch();
        await shop.Tell(WebhooksDatabase.Delivered(_owner, _order));
        await shop.Dispatch();

        Assert.Equal("DISABLED It answered 410.", await shop.StatusOf(hook));
        Assert.Equal("GIVEN_UP 1, GIVEN_UP 0", await shop.StateOf(hook));
        Assert.Single(shop.Receiver.CallsTo(hook.Path));
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        var (hook, elsewhere) = (await shop.Register(_owner), $"/elsewhere-{_order:N}");
        shop.Receiver.Answer(hook.Path, (context, _) =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = shop.Receiver.Address + elsewhere;
            return Task.CompletedTask;
        });
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        await shop.Dispatch();

        Assert.Empty(shop.Receiver.CallsTo(elsewhere));
        Assert.Equal("ACTIVE It answered 307; redirects are not followed.", await shop.StatusOf(hook));
    }

    [Fact]
    public async Task A_slow_one_does_not_hold_the_others()
    {
        var slow = await shop.Register(_owner);
        var released = new TaskCompletionSource();
        shop.Receiver.Answer(slow.Path, (_, _) => released.Task);
        await shop.Tell([.. Enumerable.Range(0, 30).Select(_ => WebhooksDatabase.Confirmed(_owner, Guid.CreateVersion7()))]);
        var quick = WebhooksDatabase.NewOwner();
        var other = await shop.Register(quick);
        await using var dispatching = shop.Dispatcher(milliseconds: 20_000);
        await dispatching.Dispatcher.Dispatch(TestContext.Current.CancellationToken);
        await shop.Tell([.. Enumerable.Range(0, 12).Select(_ => WebhooksDatabase.Confirmed(quick, Guid.CreateVersion7()))]);
        await dispatching.Dispatcher.Dispatch(TestContext.Current.CancellationToken);

        Assert.Equal(12, shop.Receiver.CallsTo(other.Path).Count);
        Assert.InRange(shop.Receiver.CallsTo(slow.Path).Count, 1, 4);
        released.SetResult();
        await dispatching.Dispatcher.Settle();
    }

    [Fact]
    public async Task One_that_does_not_answer_is_not_waited_for_and_tried_later()
    {
        var hook = await shop.Register(_owner);
        var released = new TaskCompletionSource();
        shop.Receiver.Answer(hook.Path, (_, _) => released.Task);
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        await shop.Dispatch(shop.Dispatcher(milliseconds: 300));
        released.SetResult();

        Assert.Equal("ACTIVE It did not answer within 0.3 s.", await shop.StatusOf(hook));
        Assert.Equal("PENDING 1", await shop.StateOf(hook));
    }

    [Fact]
    public async Task What_one_says_beyond_its_status_is_not_read()
    {
        var hook = await shop.Register(_owner);
        var sent = 0L;
        shop.Receiver.Answer(hook.Path, async (context, _) =>
        {
            context.Response.StatusCode = 200;
            var chunk = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested && sent < 200L * 1024 * 1024)
            {
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
                sent += chunk.Length;
            }
        });
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        await shop.Dispatch();

        Assert.Equal("DELIVERED 1", await shop.StateOf(hook));
        Assert.InRange(sent, 0, 100L * 1024 * 1024);
    }

    [Fact]
    public async Task An_address_on_a_private_network_is_not_called()
    {
        var hook = await shop.Register(_owner);
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        await shop.Dispatch(shop.Dispatcher(allowPrivate: false));

        Assert.Empty(shop.Receiver.CallsTo(hook.Path));
        Assert.Equal("ACTIVE Its address leads to a network that is not public.", await shop.StatusOf(hook));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("203.0.114.7", "127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::1")]
    public async Task A_name_that_leads_to_a_private_network_by_now_is_not_called(params string[] addresses)
    {
        var port = new Uri(shop.Receiver.Address).Port;
        var hook = await shop.Register(_owner, $"http://hooks.example.org:{port}/rebound-{_order:N}");
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        await shop.Dispatch(shop.Dispatcher(
            allowPrivate: false, resolve: (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray())));

        Assert.Empty(shop.Receiver.CallsTo($"/rebound-{_order:N}"));
        Assert.Equal("ACTIVE Its address leads to a network that is not public.", await shop.StatusOf(hook));
    }

    [Fact]
    public async Task The_address_that_was_judged_is_the_one_that_is_called()
    {
        var port = new Uri(shop.Receiver.Address).Port;
        var host = $"judged-{_order:N}.example.org";
        await shop.Register(_owner, $"http://{host}:{port}/judged-{_order:N}");
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        var asked = 0;
        await shop.Dispatch(shop.Dispatcher(resolve: (name, _) =>
        {
            // The round also calls what other tests left to be told again.
            asked += name == host ? 1 : 0;
            return Task.FromResult(new[] { IPAddress.Loopback });
        }));

        Assert.Single(shop.Receiver.CallsTo($"/judged-{_order:N}"));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task An_address_without_TLS_is_not_called()
    {
        var hook = await shop.Register(_owner);
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        await shop.Dispatch(shop.Dispatcher(allowHttp: false));

        Assert.Empty(shop.Receiver.CallsTo(hook.Path));
        Assert.Equal("ACTIVE Its address is not https.", await shop.StatusOf(hook));
    }

    [Fact]
    public async Task One_whose_secret_cannot_be_opened_is_told_nothing()
    {
        var hook = await shop.Register(_owner);
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        await shop.Dispatch(shop.Dispatcher(key: new string('a', 64)));

        Assert.Empty(shop.Receiver.CallsTo(hook.Path));
        Assert.Equal("PENDING 1", await shop.StateOf(hook));
    }

    [Fact]
    public async Task What_a_dead_host_had_in_hand_is_told_after_its_lease()
    {
        var hook = await shop.Register(_owner);
        await shop.Tell(WebhooksDatabase.Confirmed(_owner, _order));
        var claimed = await shop.Queue.Claim(
            TimeSpan.FromMinutes(1), [], 100, 500, TestContext.Current.CancellationToken);
        Assert.Contains(claimed, one => one.EndpointId == hook.Id);
        await shop.Dispatch();
        Assert.Empty(shop.Receiver.CallsTo(hook.Path));

        await shop.ComesDue(hook);
        await shop.Dispatch();
        Assert.Equal("DELIVERED 2", await shop.StateOf(hook));
    }

    [Fact]
    public async Task News_beyond_what_may_wait_are_dropped()
    {
        var hook = await shop.Register(_owner);
        foreach (var some in Enumerable.Range(0, 1_300).Chunk(128))
            await shop.Tell([.. some.Select(_ => WebhooksDatabase.Confirmed(_owner, Guid.CreateVersion7()))]);

        Assert.InRange(
            await shop.Read<long>("select count(*) from webhooks.delivery where endpoint_id = $1", hook.Id), 1_000, 1_128);
        await shop.Read<object>("delete from webhooks.endpoint where id = $1", hook.Id);
    }
}
