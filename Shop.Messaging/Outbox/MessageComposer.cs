using MassTransit;
using MassTransit.Transports;
using Shop.Contracts;

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
        var endpoint = (ITransportSendEndpoint)await bus.GetSendEndpoint(QueueNames.AddressOf(typeof(TCommand)));
        var context = await endpoint.CreateSendContext(command, Pipe.Execute<SendContext<TCommand>>(send =>
        {
            send.MessageId = messageId;
            send.ConversationId ??= messageId;
        }), cancellationToken);
        unit.Add(UnitOfWorkConsumeContext<TCommand>.Serialised(context, source));
    }
}
