using MassTransit;
using Shop.Contracts;

namespace Shop.Messaging.Sagas;

/// <summary>What a state machine does with the outside, in the words of the house.</summary>
public static class SagaCommands
{
    /// <summary>Sends a command to its one consumer.</summary>
    public static EventActivityBinder<TInstance, TMessage> Command<TInstance, TMessage, TCommand>(
        this EventActivityBinder<TInstance, TMessage> binder, Func<BehaviorContext<TInstance, TMessage>, TCommand> command)
        where TInstance : class, SagaStateMachineInstance
        where TMessage : class
        where TCommand : class, ICommand =>
        binder.Send(QueueNames.AddressOf(typeof(TCommand)), context => command(context));
}
