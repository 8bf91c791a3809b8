using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shop.Api.Orders;
using Shop.Api.Requests;
using Shop.Contracts;
using Shop.Contracts.Orders;
using Xunit;

namespace Shop.Tests.Api;

/// <summary>Streams whose orders are never asked for: what a read would bring is told by hand.</summary>
public sealed class OrderStreamsFollowTests : IDisposable
{
    private const string Owner = "guest:test";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly Guid _order = Guid.NewGuid();
    private readonly FakeTimeProvider _time = new();
    private readonly ApplicationLifetime _host = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly OrderWatch _watch;
    private readonly OrderStreams _streams;

    public OrderStreamsFollowTests()
    {
        var options = Options.Create(new OrderEventsOptions
        {
            MostOfCaller = 1, Lifetime = Lifetime, Heartbeat = 2 * Lifetime, Pace = 2 * Lifetime,
        });
        _watch = new OrderWatch(null!, options, _time, NullLogger<OrderWatch>.Instance);
        _streams = new OrderStreams(null!, _watch, options, _host, _time);
    }

    public void Dispose() => _host.StopApplication();

    [Fact]
    public void One_that_joins_during_a_read_with_an_older_view_skips_no_step()
    {
        using var first = _watch.Watch(_order, seen: 2, OrderStatus.PendingPayment);
        Assert.Equal([2], _watch.Due(withSlow: true)!.Value.Seen);

        using var second = _watch.Watch(_order, seen: 1, OrderStatus.Received);
        Tell(3);
        Assert.Equal([1], _watch.Due(withSlow: false)!.Value.Seen);
        Tell(2, 3);

        Assert.Equal([3], Told(first));
        Assert.Equal([2, 3], Told(second));
    }

    [Fact]
    public void What_all_have_seen_is_not_read_again()
    {
        using var first = _watch.Watch(_order, seen: 1, OrderStatus.Received);
        using (_watch.Watch(_order, seen: 0, OrderStatus.Received)) Tell(1, 2);

        Assert.Equal([2], _watch.Due(withSlow: true)!.Value.Seen);
        Assert.Equal([2], Told(first));
    }

    [Fact]
    public void One_that_does_not_keep_up_ends_with_what_it_has_and_holds_nobody_up()
    {
        using var slow = _watch.Watch(_order, seen: 0, OrderStatus.Received);
        using var quick = _watch.Watch(_order, seen: 64, OrderStatus.Received);

        Tell([.. Enumerable.Range(1, 70)]);

        Assert.Equal(Enumerable.Range(1, 64), Told(slow));
        Assert.True(slow.Steps.Completion.IsCompletedSuccessfully);
        Assert.Equal(Enumerable.Range(65, 6), Told(quick));
        Assert.Equal([70], _watch.Due(withSlow: true)!.Value.Seen);
    }

    [Fact]
    public async Task Each_ends_when_its_time_is_over()
    {
        using var body = new MemoryStream();
        var stream = Open(body);
        Assert.NotNull(_streams.Enter(Owner));

        _time.Advance(Lifetime);
        await stream;

        Assert.Contains("event: status", System.Text.Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
        Assert.Null(_streams.Enter(Owner));
    }

    [Fact]
    public async Task One_whose_client_does_not_read_ends_as_well()
    {
        using var body = new Stuck();
        var stream = Open(body);

        _time.Advance(Lifetime);
        await stream;

        Assert.Null(_streams.Enter(Owner));
    }

    private Task Open(Stream body)
    {
        var order = OrderView.Accepted(_order, new AcceptedOrder(
            [], new Address("", "", null, "", null, "", ""), new Money(0, "USD"), DateTimeOffset.UnixEpoch));
        return new OrderStream(order, Owner, seen: 0, _streams, _watch)
            .ExecuteAsync(new DefaultHttpContext { Response = { Body = body } });
    }

    private void Tell(params int[] sequences)
    {
        foreach (var sequence in sequences)
            _watch.Tell(_order, new OrderStep(sequence, OrderStatus.Confirmed, default));
    }

    private static List<int> Told(OrderWatcher watcher)
    {
        var told = new List<int>();
        while (watcher.Steps.TryRead(out var step)) told.Add(step.Sequence);
        return told;
    }

    /// <summary>The connection of a client that does not read: what is written to it does not get through.</summary>
    private sealed class Stuck : MemoryStream
    {
        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
