using MassTransit;
using MassTransit.Transports;
using Shop.Contracts;
using Shop.Messaging.DeadLetters;

namespace Shop.Messaging.Outbox;

/// <summary>Serialises a message that is born outside of any consumer, such as in an HTTP request, for a unit of work.</summary>
public sealed class MessageComposer(IBus bus)
{
    /// <summary>Adds the command to what the unit commits. Needs no broker.</summary>
    /// <param name="unit">Committed by the caller.</param>
    /// <param name="command">What is asked for.</param>
    /// <param name="messageId">Derived from what caused it, so that a repeat has the same id.</param>
    /// <param name="source">What it belongs to, such as the order: its messages stay in order.</param>
    /// <param name="cancellationToken">Ends the waiting for an endpoint.</param>
    public async Task Send<TCommand>(
        UnitOfWork unit, TCommand command, Guid messageId, Guid source, CancellationToken cancellationToken)
        where TCommand : class, ICommand
    {
        var endpoint = await bus.GetSendEndpoint(QueueNames.AddressOf(typeof(TCommand)));
        await Add(unit, endpoint, command, messageId, source, cancellationToken);
    }

    /// <summary>
    /// Sends the command at once and without an outbox, for a caller whose own sender repeats what is not acknowledged.
    /// Returns when the broker has it in its queue.
    /// </summary>
    /// <exception cref="TimeoutException">The broker did not take it.</exception>
    public async Task SendNow<TCommand>(TCommand command, CancellationToken cancellationToken)
        where TCommand : class, ICommand
    {
        var unit = new UnitOfWork();
        var messageId = NewId.NextGuid();
        await Send(unit, command, messageId, messageId, cancellationToken);
        if (await OutboxDelivery<DeadLettersDbContext>.Publish(unit.Outgoing[0], bus, cancellationToken) is { } error)
            throw new TimeoutException($"The broker did not take message {messageId}.", error);
    }

    /// <summary>Adds the event to what the unit commits. Needs no broker.</summary>
    public async Task Publish<TEvent>(
        UnitOfWork unit, TEvent message, Guid messageId, Guid source, CancellationToken cancellationToken)
        where TEvent : class, IEvent
    {
        var endpoint = await ((IPublishEndpointProvider)bus).GetPublishSendEndpoint<TEvent>();
        await Add(unit, endpoint, message, messageId, source, cancellationToken);
    }

    private static async Task Add<T>(
        UnitOfWork unit, ISendEndpoint endpoint, T message, Guid messageId, Guid source, CancellationToken cancellationToken)
        where T : class
    {
        var context = await ((ITransportSendEndpoint)endpoint).CreateSendContext(message, Pipe.Execute<SendContext<T>>(send =>
        {
            send.MessageId = messageId;
            send.ConversationId ??= messageId;
        }), cancellationToken);
        unit.Add(UnitOfWorkConsumeContext<T>.Serialised(context, source));
    }
}
