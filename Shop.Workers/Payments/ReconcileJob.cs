using MassTransit;
using Quartz;
using Shop.Messaging;

namespace Shop.Workers.Payments;

/// <summary>Goes on comparing the books, on one instance at a time.</summary>
[DisallowConcurrentExecution]
internal sealed class ReconcileJob(Reconciler reconciler, IBus bus) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await reconciler.Run(
            async command =>
            {
                var endpoint = await bus.GetSendEndpoint(QueueNames.AddressOf(command.GetType()));
                await endpoint.Send(command, command.GetType(), cancellationToken);
            },
            cancellationToken);
}
