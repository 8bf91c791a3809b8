using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shop.Contracts;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Payments;
using Shop.Contracts.Returns;
using Shop.Sagas.Returns;
using Xunit;

namespace Shop.Tests.Returns;

/// <summary>A return from its request to its end, each leg by itself.</summary>
public sealed class ReturnTests : IAsyncDisposable
{
    private static readonly Money Price = new(500, "USD");

    private readonly Guid _id = Guid.NewGuid();
    private readonly Guid _order = Guid.NewGuid();
    private readonly ReturnOptions _patience = new();
    private readonly ServiceProvider _provider;
    private readonly ITestHarness _harness;
    private readonly ISagaStateMachineTestHarness<ReturnStateMachine, Return> _sagas;

    public ReturnTests()
    {
        _provider = new ServiceCollection()
            .AddSingleton(Options.Create(_patience))
            .AddMassTransitTestHarness(TextWriter.Null, bus =>
            {
                bus.AddDelayedMessageScheduler();
                bus.AddSagaStateMachine<ReturnStateMachine, Return>().InMemoryRepository();
                bus.UsingInMemory((context, memory) =>
                {
                    memory.UseDelayedMessageScheduler();
                    memory.ConfigureEndpoints(context);
                });
            })
            .BuildServiceProvider(validateScopes: true);
        _harness = _provider.GetRequiredService<ITestHarness>();
        _harness.TestInactivityTimeout = TimeSpan.FromSeconds(5);
        _sagas = _harness.GetSagaStateMachineHarness<ReturnStateMachine, Return>();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Return Back => _sagas.Sagas.Contains(_id)!;

    public async ValueTask DisposeAsync() => await _provider.DisposeAsync();

    [Fact]
    public async Task Goods_and_money_go_their_ways_and_both_must_arrive()
    {
        await SendBack();
        await Tell(Receipt(ReturnCondition.Sellable), machine => machine.Settling);
        Assert.True(await _harness.Sent.Any<RestockReturn>(sent => sent.Context.Message.Lines[0].Quantity == 2, Cancellation));
        Assert.True(await _harness.Sent.Any<RefundPayment>(sent => sent.Context.Message.Amount == new Money(1_099, "USD"), Cancellation));

        await Tell(new ReturnRestocked { OrderId = _order, ReturnId = _id }, machine => machine.Settling);
        await Tell(Refunded(_id), machine => machine.Completed);

        Assert.Equal(ReturnStatus.Refunded, Back.Status);
        Assert.True(await _harness.Published.Any<ReturnRefunded>(Cancellation));
        Assert.Equal(
            [
                ReturnStatus.Requested, ReturnStatus.LabelSent, ReturnStatus.Received, ReturnStatus.Inspected,
                ReturnStatus.Restocked, ReturnStatus.Refunded,
            ],
            Statuses());
    }

    [Fact]
    public async Task The_money_may_come_first()
    {
        await SendBack();
        await Tell(Receipt(ReturnCondition.Sellable), machine => machine.Settling);
        await Tell(Refunded(_id), machine => machine.Settling);
        Assert.Equal(ReturnStatus.Refunded, Back.Status);
        await Tell(new ReturnRestocked { OrderId = _order, ReturnId = _id }, machine => machine.Completed);
        Assert.Equal(ReturnStatus.Refunded, Back.Status);
    }

    [Fact]
    public async Task What_is_broken_is_written_off()
    {
        await SendBack();
        await Tell(Receipt(ReturnCondition.Damaged), machine => machine.Settling);
        await Tell(Refunded(_id), machine => machine.Completed);
        Assert.Contains(ReturnStatus.WrittenOff, Statuses());
        Assert.False(await Sent<RestockReturn>());
    }

    [Fact]
    public async Task Nothing_that_is_accepted_means_no_money()
    {
        await SendBack();
        await Tell(Receipt(ReturnCondition.Refused), machine => machine.Rejected);
        Assert.True(await _harness.Published.Any<ReturnClosed>(
            closed => closed.Context.Message.Status == ReturnStatus.Rejected, Cancellation));
        Assert.False(await Sent<RefundPayment>());
    }

    [Fact]
    public async Task An_order_that_has_no_such_units_left_rejects_it()
    {
        await Begin();
        await Tell(new ReturnClaimRejected { OrderId = _order, ReturnId = _id, Reason = "No." }, machine => machine.Rejected);
        Assert.Equal(ReturnStatus.Rejected, Back.Status);
        Assert.False(await Sent<BookReturnLabel>());
    }

    [Fact]
    public async Task What_does_not_come_back_in_time_expires_and_is_taken_all_the_same_when_it_comes()
    {
        _patience.SendWithin = TimeSpan.FromMilliseconds(50);
        await Begin();
        await Tell(Claimed(), machine => machine.AwaitingLabel);
        await Tell(Label(), machine => machine.Expired);
        Assert.Equal(ReturnStatus.Expired, Back.Status);
        await Tell(Receipt(ReturnCondition.Sellable), machine => machine.Settling);
        Assert.True(await _harness.Sent.Any<RefundPayment>(Cancellation));
    }

    [Fact]
    public async Task A_refused_refund_waits_for_people_and_is_then_another_one()
    {
        await SendBack();
        await Tell(Receipt(ReturnCondition.Damaged), machine => machine.Settling);
        await Tell(new PaymentRefundFailed { OrderId = _order, RefundId = _id, Reason = "closed account" },
            machine => machine.RefundRefused);
        Assert.Equal(ReturnStatus.RefundFailed, Back.Status);

        await Tell(new RetryRefund { ReturnId = _id }, machine => machine.Settling);
        var second = Back.RefundId!.Value;
        Assert.NotEqual(_id, second);
        Assert.True(await _harness.Sent.Any<RefundPayment>(sent => sent.Context.Message.RefundId == second, Cancellation));

        await Tell(Refunded(second), machine => machine.Completed);
        Assert.Equal(ReturnStatus.Refunded, Back.Status);
    }

    [Fact]
    public async Task Legs_that_are_not_answered_are_asked_for_again()
    {
        _patience.RepeatAfter = TimeSpan.FromMilliseconds(30);
        await SendBack();
        await Tell(Receipt(ReturnCondition.Sellable), machine => machine.Settling);
        Assert.Equal(2, await AsyncEnumerable.Take(
            _harness.Sent.SelectAsync<RefundPayment>(Cancellation), 2).CountAsync(Cancellation));
        Assert.Equal(2, await AsyncEnumerable.Take(
            _harness.Sent.SelectAsync<RestockReturn>(Cancellation), 2).CountAsync(Cancellation));
    }

    [Fact]
    public async Task A_second_receipt_and_a_second_answer_change_nothing()
    {
        await SendBack();
        await Tell(Receipt(ReturnCondition.Damaged), machine => machine.Settling);
        await Tell(Refunded(_id), machine => machine.Completed);
        await Tell(Receipt(ReturnCondition.Sellable), machine => machine.Completed);
        await Tell(Refunded(_id), machine => machine.Completed);
        Assert.Single(Statuses(), ReturnStatus.Refunded);
        Assert.Single(_harness.Published.Select<ReturnRefunded>(new CancellationToken(canceled: true)));
    }

    private async Task SendBack()
    {
        await Begin();
        await Tell(Claimed(), machine => machine.AwaitingLabel);
        await Tell(Label(), machine => machine.LabelSent);
    }

    private async Task Begin()
    {
        await _harness.Start();
        await Tell(new RequestReturn
        {
            ReturnId = _id, OrderId = _order, Owner = "user:1", Lines = [new ReturnLine("A", 2, "It leaks.")],
        }, machine => machine.Claiming);
        Assert.True(await _harness.Sent.Any<ClaimReturn>(Cancellation));
    }

    private ReturnClaimed Claimed() => new()
    {
        OrderId = _order,
        ReturnId = _id,
        Email = "a@example.org",
        From = new Address("A", "1 Main St", null, "Bloomington", "MN", "55425", "US"),
        Warehouse = "W1",
        Lines = [new ClaimedLine("A", 2, Price)],
        Shipping = new Money(99, "USD"),
    };

    private ReturnLabelBooked Label() =>
        new() { OrderId = _order, ReturnId = _id, Carrier = "FLEET", TrackingNumber = "RR473124829US" };

    private ReceiveReturn Receipt(string condition) =>
        new() { ReturnId = _id, Warehouse = "W1", Lines = [new ReceivedLine("A", 2, condition)] };

    private PaymentRefunded Refunded(Guid refund) =>
        new() { OrderId = _order, RefundId = refund, Amount = new Money(1_099, "USD") };

    private async Task Tell<T>(T message, Func<ReturnStateMachine, State> leadsTo)
        where T : class
    {
        var before = _sagas.Consumed.Select<T>(new CancellationToken(canceled: true)).Count();
        await _harness.Bus.Publish(message, Cancellation);
        Assert.Equal(before + 1, await AsyncEnumerable.Take(
            _sagas.Consumed.SelectAsync<T>(Cancellation), before + 1).CountAsync(Cancellation));
        Assert.NotNull(await _sagas.Exists(_id, leadsTo(_sagas.StateMachine), TimeSpan.FromSeconds(10)));
    }

    private IEnumerable<string> Statuses() => Back.TakeNewRows().Cast<ReturnHistory>().Select(step => step.Status).ToList();

    private Task<bool> Sent<T>()
        where T : class =>
        Task.FromResult(_harness.Sent.Select<T>(new CancellationToken(canceled: true)).Any());
}
