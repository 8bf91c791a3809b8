using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using Shop.Contracts;

namespace Shop.Messaging.Outbox;

/// <summary>
/// What a consumer sees while its message is handled: all that it sends or publishes is kept in the
/// <see cref="UnitOfWork"/> instead of going to the broker.
/// </summary>
internal sealed class UnitOfWorkConsumeContext<TMessage>(
    ConsumeContext<TMessage> context, OutboxConsumeOptions options, IServiceProvider provider, UnitOfWork unit,
    Func<Task> commit)
    : OutboxConsumeContextProxy<TMessage>(context, options, provider), IHasUnitOfWork
    where TMessage : class
{
    public UnitOfWork Unit { get; } = unit;

    public override bool ContinueProcessing { get; set; } = true;
    public override bool IsMessageConsumed => false;
    public override bool IsOutboxDelivered => false;
    public override int ReceiveCount => 1;
    public override long? LastSequenceNumber => null;

    public override Task SetConsumed() => commit();

    public override Task AddSend<T>(SendContext<T> context)
    {
        context.MessageId = NextMessageId();
        Unit.Add(Serialised(context, Source));
        return Task.CompletedTask;
    }

    /// <summary>The id of the next message that this one causes.</summary>
    public Guid NextMessageId() =>
        MessageIds.Derive(CapturedContext.GetOriginalMessageId() ?? NoMessageId(), ConsumerId, Unit.NextPosition++);

    internal static OutgoingMessage Serialised<T>(SendContext<T> context, Guid source)
        where T : class => new()
        {
            MessageId = context.MessageId!.Value,
            Source = source,
            Destination = Destinations.Of(context.DestinationAddress!),
            ContentType = (context.ContentType ?? context.Serializer.ContentType).ToString(),
            Body = context.Serializer.GetMessageBody(context).GetBytes(),
            Mandatory = typeof(ICommand).IsAssignableFrom(typeof(T)),
        };

    /// <summary>The messages of one conversation, such as the checkout of one order, stay in order.</summary>
    private Guid Source => ConversationId ?? MessageId ?? NoMessageId();

    // Delivery is not the pipe's business here: it follows the commit, in the context factory.
    public override Task SetDelivered() => Task.CompletedTask;
    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult<List<OutboxMessageContext>>([]);
    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;
    public override Task RemoveOutboxMessages() => Task.CompletedTask;

    private static Guid NoMessageId() => throw new MessageException(typeof(TMessage), "A message without an id cannot be recognised.");
}

/// <summary>Found among a consume context's payloads by the saga repository, the scheduler and group consumers.</summary>
internal interface IHasUnitOfWork
{
    UnitOfWork Unit { get; }
    Guid NextMessageId();
}
