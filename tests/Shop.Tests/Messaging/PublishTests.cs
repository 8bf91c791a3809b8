using MassTransit;
using Shop.Messaging.DeadLetters;
using Shop.Messaging.Outbox;
using Xunit;

namespace Shop.Tests.Messaging;

public sealed class PublishTests
{
    private static readonly OutgoingMessage Message = new()
    {
        MessageId = Guid.NewGuid(),
        Source = Guid.NewGuid(),
        Destination = "exchange:anywhere",
        ContentType = "application/json",
        Body = "{}"u8.ToArray(),
        Mandatory = true,
    };

    [Fact]
    public async Task A_send_that_does_not_hear_of_its_end_is_left_behind()
    {
        using var end = new CancellationTokenSource();
        var publish = OutboxDelivery<DeadLettersDbContext>.Publish(Message, new DeafEndpoints(), end.Token);
        Assert.False(publish.IsCompleted);

        await end.CancelAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(
            await publish.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    /// <summary>
    /// Why the send is left behind: whoever comes after the last failure to declare an exchange on a channel waits, and is
    /// given no way to break it off. When this fails, MassTransit has mended it.
    /// </summary>
    [Fact]
    public async Task A_setup_that_failed_lets_who_comes_later_wait_for_ever()
    {
        var context = new Channel();
        await Assert.ThrowsAsync<IOException>(() => context.OneTimeSetup<PublishTests>(() => throw new IOException()));

        var late = context.OneTimeSetup<PublishTests>(() => Task.CompletedTask);

        await Assert.ThrowsAsync<TimeoutException>(
            () => late.WaitAsync(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));
    }

    private sealed class Channel : MassTransit.Middleware.BasePipeContext;

    private sealed class DeafEndpoints : ISendEndpointProvider
    {
        public Task<ISendEndpoint> GetSendEndpoint(Uri address) =>
            Task.FromResult<ISendEndpoint>(new DeafEndpoint());

        public ConnectHandle ConnectSendObserver(ISendObserver observer) => throw new NotSupportedException();
    }

    /// <summary>What it is given never ends.</summary>
    private sealed class DeafEndpoint : ISendEndpoint
    {
        private static readonly Task Never = new TaskCompletionSource().Task;

        public ConnectHandle ConnectSendObserver(ISendObserver observer) => throw new NotSupportedException();

        public Task Send<T>(T message, CancellationToken cancellationToken)
            where T : class => Never;

        public Task Send<T>(T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
            where T : class => Never;

        public Task Send<T>(T message, IPipe<SendContext> pipe, CancellationToken cancellationToken)
            where T : class => Never;

        public Task Send(object message, CancellationToken cancellationToken) => Never;

        public Task Send(object message, Type messageType, CancellationToken cancellationToken) => Never;

        public Task Send(object message, IPipe<SendContext> pipe, CancellationToken cancellationToken) => Never;

        public Task Send(object message, Type messageType, IPipe<SendContext> pipe, CancellationToken cancellationToken) => Never;

        public Task Send<T>(object values, CancellationToken cancellationToken)
            where T : class => Never;

        public Task Send<T>(object values, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
            where T : class => Never;

        public Task Send<T>(object values, IPipe<SendContext> pipe, CancellationToken cancellationToken)
            where T : class => Never;
    }
}
