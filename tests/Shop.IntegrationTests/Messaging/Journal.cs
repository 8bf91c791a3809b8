using System.Collections.Concurrent;
using MassTransit;

namespace Shop.IntegrationTests.Messaging;

/// <summary>What happened to messages in the host, and how the tests make handling one of them fail, or wait.</summary>
internal sealed class Journal : IReceiveObserver
{
    private readonly ConcurrentDictionary<Guid, int> _attempts = new();
    private readonly ConcurrentDictionary<Guid, int> _received = new();
    private readonly ConcurrentDictionary<Guid, int> _failures = new();
    private readonly ConcurrentDictionary<Guid, Gate> _gates = new();

    /// <summary>How often the subject was begun to be handled.</summary>
    public int Attempts(Guid subject) => _attempts.GetValueOrDefault(subject);

    /// <summary>How often a message of this id was received and done with, one way or another.</summary>
    public int Received(Guid messageId) => _received.GetValueOrDefault(messageId);

    public void FailNext(Guid subject, int times = int.MaxValue) => _failures[subject] = times;

    /// <summary>Lets handling of the subject wait until the gate is opened.</summary>
    public Gate Hold(Guid subject) => _gates[subject] = new Gate();

    /// <summary>Called by consumers once they have written and sent all that they want.</summary>
    public void Attempt(Guid subject)
    {
        _attempts.AddOrUpdate(subject, 1, (_, attempts) => attempts + 1);
        if (!_failures.TryGetValue(subject, out var left) || left == 0) return;
        _failures[subject] = left - 1;
        throw new TestFaultException($"{subject} is to fail.");
    }

    public async Task AttemptAsync(Guid subject, CancellationToken cancellationToken)
    {
        Attempt(subject);
        if (!_gates.TryGetValue(subject, out var gate)) return;
        gate.Reached.TrySetResult();
        await gate.Opened.Task.WaitAsync(cancellationToken);
    }

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context)
    {
        if (context.GetMessageId() is { } id) _received.AddOrUpdate(id, 1, (_, received) => received + 1);
        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
}

internal sealed class Gate
{
    public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

internal sealed class TestFaultException(string message) : Exception(message);
