using System.Net.Mime;
using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Scheduling;
using MassTransit.Serialization;

namespace Shop.Tests.VirtualTime;

/// <summary>
/// What a state machine sees of the bus while it handles one message, and what it wants of it: messages, timers armed and
/// disarmed. Stands where the unit of work stands in the product, without a bus or a serialiser.
/// </summary>
internal sealed class Handling(Guid? timer, Func<Guid> newToken)
    : BasePipeContext, ReceiveContext, ISendEndpointProvider, IPublishEndpointProvider, ISendEndpoint, IScheduleMessageProvider
{
    private static readonly Uri Here = new("loopback://virtual/here");

    private readonly List<object> _messages = [];
    private readonly List<(Guid Token, TimeSpan Delay, object Message)> _armed = [];
    private readonly List<Guid> _disarmed = [];

    public IReadOnlyList<object> Messages => _messages;
    public IReadOnlyList<(Guid Token, TimeSpan Delay, object Message)> Armed => _armed;
    public IReadOnlyList<Guid> Disarmed => _disarmed;

    public TimeSpan ElapsedTime => TimeSpan.Zero;
    public Uri InputAddress => Here;
    public ContentType ContentType => throw Unused();
    public bool Redelivered => false;
    public Headers TransportHeaders => throw Unused();
    public Task ReceiveCompleted => Task.CompletedTask;
    public bool IsDelivered => false;
    public bool IsFaulted => false;
    public ISendEndpointProvider SendEndpointProvider => this;
    public IPublishEndpointProvider PublishEndpointProvider => this;
    public bool PublishFaults => false;
    public MessageBody Body => throw Unused();

    /// <summary>The message in the context that the product's pipeline gives to the machine.</summary>
    public ConsumeContext<T> Of<T>(T message)
        where T : class => new MessageConsumeContext<T>(new Root(this, timer), message);

    public Task<ISendEndpoint> GetSendEndpoint(Uri address) => Task.FromResult<ISendEndpoint>(this);

    public Task<ISendEndpoint> GetPublishSendEndpoint<T>()
        where T : class => Task.FromResult<ISendEndpoint>(this);

    public Task Send<T>(T message, CancellationToken cancellationToken = default)
        where T : class => Take(message);

    public Task Send<T>(T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken = default)
        where T : class => Take(message);

    public Task Send<T>(T message, IPipe<SendContext> pipe, CancellationToken cancellationToken = default)
        where T : class => Take(message);

    /// <summary>Takes the delay only, in whole seconds, which all of them are: the time added to it is of a real clock.</summary>
    public Task<ScheduledMessage<T>> ScheduleSend<T>(
        Uri destinationAddress, DateTime scheduledTime, T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
        where T : class
    {
        var token = newToken();
        var delay = scheduledTime.ToUniversalTime() - TimeProvider.System.GetUtcNow().UtcDateTime;
        _armed.Add((token, TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)), message));
        return Task.FromResult<ScheduledMessage<T>>(
            new ScheduledMessageHandle<T>(token, scheduledTime, destinationAddress, message));
    }

    public Task CancelScheduledSend(Guid tokenId, CancellationToken cancellationToken)
    {
        _disarmed.Add(tokenId);
        return Task.CompletedTask;
    }

    public Task CancelScheduledSend(Uri destinationAddress, Guid tokenId, CancellationToken cancellationToken) =>
        CancelScheduledSend(tokenId, cancellationToken);

    public ConnectHandle ConnectSendObserver(ISendObserver observer) => throw Unused();
    public ConnectHandle ConnectPublishObserver(IPublishObserver observer) => throw Unused();
    public Task Send(object message, CancellationToken cancellationToken = default) => throw Unused();
    public Task Send(object message, Type messageType, CancellationToken cancellationToken = default) => throw Unused();

    public Task Send(object message, IPipe<SendContext> pipe, CancellationToken cancellationToken = default) => throw Unused();

    public Task Send(
        object message, Type messageType, IPipe<SendContext> pipe, CancellationToken cancellationToken = default) =>
        throw Unused();

    public Task Send<T>(object values, CancellationToken cancellationToken = default)
        where T : class => throw Unused();

    public Task Send<T>(object values, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken = default)
        where T : class => throw Unused();

    public Task Send<T>(object values, IPipe<SendContext> pipe, CancellationToken cancellationToken = default)
        where T : class => throw Unused();

    public Task NotifyConsumed<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => throw Unused();

    public Task NotifyFaulted<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => throw Unused();

    public Task NotifyFaulted(Exception exception) => throw Unused();
    public void AddReceiveTask(Task task) => throw Unused();

    private Task Take(object message)
    {
        _messages.Add(message);
        return Task.CompletedTask;
    }

    private static NotSupportedException Unused() => new("No machine of the shop asks for this.");

    private sealed class Root : BaseConsumeContext
    {
        private readonly Guid? _timer;
        private readonly ConsumeMessageSchedulerContext _scheduler;

        public Root(Handling handling, Guid? timer)
            : base(handling, null!)
        {
            _timer = timer;
            _scheduler = new ConsumeMessageSchedulerContext(this, _ => new MessageScheduler(handling, null!));
        }

        public override Task ConsumeCompleted => Task.CompletedTask;
        public override Guid? MessageId => null;
        public override Guid? RequestId => null;
        public override Guid? CorrelationId => null;
        public override Guid? ConversationId => null;
        public override Guid? InitiatorId => null;
        public override DateTime? ExpirationTime => null;
        public override Uri SourceAddress => Here;
        public override Uri DestinationAddress => Here;
        public override Uri ResponseAddress => Here;
        public override Uri FaultAddress => Here;
        public override DateTime? SentTime => null;

        public override Headers Headers
        {
            get
            {
                var headers = new DictionarySendHeaders();
                if (_timer is { } token) headers.Set(MessageHeaders.SchedulingTokenId, token.ToString("D"));
                return headers;
            }
        }

        public override HostInfo Host => throw Unused();
        public override IEnumerable<string> SupportedMessageTypes => [];

        public override bool HasMessageType(Type messageType) => false;

        public override bool TryGetMessage<T>(out ConsumeContext<T> consumeContext)
        {
            consumeContext = null!;
            return false;
        }

        public override void AddConsumeTask(Task task)
        {
        }

        public override bool HasPayloadType(Type payloadType) => payloadType.IsInstanceOfType(_scheduler);

        public override bool TryGetPayload<T>(out T payload)
        {
            payload = (_scheduler as T)!;
            return payload is not null;
        }

        public override T GetOrAddPayload<T>(PayloadFactory<T> payloadFactory) =>
            TryGetPayload(out T known) ? known : payloadFactory();

        public override T AddOrUpdatePayload<T>(PayloadFactory<T> addFactory, UpdatePayloadFactory<T> updateFactory) =>
            TryGetPayload(out T known) ? updateFactory(known) : addFactory();
    }
}
