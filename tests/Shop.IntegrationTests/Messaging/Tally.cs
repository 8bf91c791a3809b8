using MassTransit;
using Shop.Contracts;
using Shop.Messaging.Sagas;

namespace Shop.IntegrationTests.Messaging;

/// <summary>A saga that counts what it hears, a row beside it for each, and can be given a timer.</summary>
internal abstract class Tally : SagaStateMachineInstance, ISagaVersion, IHasNewRows
{
    private readonly List<TallyLine> _newLines = [];

    public Guid CorrelationId { get; set; }
    public int Version { get; set; }
    public string CurrentState { get; set; } = "";
    public int Count { get; set; }
    public int Fired { get; set; }
    public int Sequence { get; set; }
    public Guid? TimerToken { get; set; }

    public void Record(string what) =>
        _newLines.Add(new TallyLine { TallyId = CorrelationId, Sequence = ++Sequence, What = what });

    public IEnumerable<object> TakeNewRows()
    {
        object[] rows = [.. _newLines];
        _newLines.Clear();
        return rows;
    }
}

internal sealed class PlainTally : Tally;

internal sealed class GroupTally : Tally;

internal sealed class TallyLine
{
    public Guid TallyId { get; init; }
    public int Sequence { get; init; }
    public required string What { get; init; }
}

public sealed record TallyRaised : IEvent
{
    public required Guid TallyId { get; init; }
    public required int Number { get; init; }
}

public sealed record TallyTimed : IEvent
{
    public required Guid TallyId { get; init; }
    public required TimeSpan Delay { get; init; }
}

public sealed record TallyUntimed : IEvent
{
    public required Guid TallyId { get; init; }
}

public sealed record TallyTimeIsUp
{
    public required Guid TallyId { get; init; }
}

internal sealed class TallyMachine<TTally> : MassTransitStateMachine<TTally>
    where TTally : Tally
{
    public TallyMachine(Journal journal)
    {
        InstanceState(tally => tally.CurrentState);
        Event(() => Raised, raised => raised.CorrelateById(context => context.Message.TallyId));
        Event(() => Timed, timed => timed.CorrelateById(context => context.Message.TallyId));
        Event(() => Untimed, untimed => untimed.CorrelateById(context => context.Message.TallyId));
        Schedule(() => Timer, tally => tally.TimerToken, timer =>
            timer.Received = up => up.CorrelateById(context => context.Message.TallyId));

        Initially(
            When(Raised).Then(Count).TransitionTo(Counting),
            When(Timed).Schedule(Timer, Up, context => context.Message.Delay).TransitionTo(Counting));
        During(Counting,
            When(Raised).Then(Count),
            When(Timed).Schedule(Timer, Up, context => context.Message.Delay),
            When(Untimed).Unschedule(Timer),
            When(Timer.Received).Then(context =>
            {
                journal.Attempt(context.Saga.CorrelationId);
                context.Saga.Fired++;
                context.Saga.Record("fired");
            }));
    }

    public State Counting { get; } = null!;
    public Event<TallyRaised> Raised { get; } = null!;
    public Event<TallyTimed> Timed { get; } = null!;
    public Event<TallyUntimed> Untimed { get; } = null!;
    public Schedule<TTally, TallyTimeIsUp> Timer { get; } = null!;

    private static TallyTimeIsUp Up(BehaviorContext<TTally, TallyTimed> context) =>
        new() { TallyId = context.Saga.CorrelationId };

    private static void Count(BehaviorContext<TTally, TallyRaised> context)
    {
        context.Saga.Count++;
        context.Saga.Record($"raised {context.Message.Number}");
    }
}
