using MassTransit;
using MassTransit.Context;

namespace Shop.Tests.VirtualTime;

/// <summary>
/// A state machine of the product without a bus: it is raised by hand, as MassTransit's own filter raises it. Knows which
/// of its events a message is, and whether that event may begin an instance.
/// </summary>
internal sealed class Machine<TSaga>
    where TSaga : class, SagaStateMachineInstance
{
    private readonly MassTransitStateMachine<TSaga> _machine;
    private readonly Dictionary<Type, Func<TSaga, object, Handling, Task>> _events = [];
    private readonly HashSet<Type> _beginnings;

    public Machine(MassTransitStateMachine<TSaga> machine)
    {
        _machine = machine;
        // Of a timer's two events the outer one looks at the token first.
        var all = machine.Events.Where(each => each.GetType().IsGenericType)
            .Select(each => (Event: each, Message: MessageOf(each)))
            .GroupBy(each => each.Message)
            .Select(same => same.Count() == 1
                ? same.Single()
                : same.Single(each => each.Event.Name.EndsWith("AnyReceived", StringComparison.Ordinal)));
        var raise = typeof(Machine<TSaga>).GetMethod(nameof(Raise), Private)!;
        foreach (var (each, message) in all)
            _events[message] = (Func<TSaga, object, Handling, Task>)raise.MakeGenericMethod(message).Invoke(this, [each])!;
        _beginnings = [.. machine.NextEvents(machine.Initial).Select(MessageOf).Where(_events.ContainsKey)];
    }

    private const System.Reflection.BindingFlags Private =
        System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic;

    public bool Hears(object message) => _events.ContainsKey(message.GetType());

    /// <summary>Whether the message makes an instance where there is none; otherwise it is let go.</summary>
    public bool Begins(object message) =>
        _beginnings.Contains(message.GetType());

    /// <exception cref="UnhandledEventException">The machine has no answer for the message in its state.</exception>
    public Task Raise(TSaga saga, object message, Handling handling) => _events[message.GetType()](saga, message, handling);

    private Func<TSaga, object, Handling, Task> Raise<T>(Event<T> raised)
        where T : class => (saga, message, handling) =>
    {
        var consumed = handling.Of((T)message);
        var context = new DefaultSagaConsumeContext<TSaga, T>(consumed, saga);
        return ((StateMachine<TSaga>)_machine).RaiseEvent(
            new MassTransitStateMachine<TSaga>.BehaviorContextProxy<T>(_machine, context, context, raised));
    };

    private static Type MessageOf(Event raised) =>
        raised.GetType().GetInterfaces()
            .First(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Event<>)).GetGenericArguments()[0];
}
