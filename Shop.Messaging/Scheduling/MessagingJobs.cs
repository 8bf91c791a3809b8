using Quartz;
using Shop.Messaging.Outbox;

namespace Shop.Messaging.Scheduling;

/// <summary>Sends timers that are due, in every context of this host.</summary>
[DisallowConcurrentExecution]
internal sealed class DispatchTimersJob(IEnumerable<IMessageDispatcher> dispatchers) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        foreach (var dispatcher in dispatchers) await dispatcher.DispatchTimers(cancellationToken);
    }
}

/// <summary>Publishes what was committed and not published, in every context of this host.</summary>
[DisallowConcurrentExecution]
internal sealed class SweepOutboxJob(IEnumerable<IMessageDispatcher> dispatchers) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        foreach (var dispatcher in dispatchers) await dispatcher.SweepOutbox(cancellationToken);
    }
}

/// <summary>Forgets messages that were handled so long ago that no repeat will come.</summary>
[DisallowConcurrentExecution]
internal sealed class CleanInboxJob(IEnumerable<IMessageDispatcher> dispatchers) : IJob
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(7);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        foreach (var dispatcher in dispatchers)
            while (await dispatcher.ForgetInbox(Age, cancellationToken) > 0) cancellationToken.ThrowIfCancellationRequested();
    }
}
