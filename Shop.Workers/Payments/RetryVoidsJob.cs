using MassTransit;
using Microsoft.EntityFrameworkCore;
using Quartz;
using Shop.Contracts.Payments;
using Shop.Messaging;

namespace Shop.Workers.Payments;

/// <summary>Asks again for the voids that the provider has not confirmed, until it does.</summary>
[DisallowConcurrentExecution]
internal sealed partial class RetryVoidsJob(PaymentsDbContext payments, IBus bus, ILogger<RetryVoidsJob> logger) : IJob
{
    private const int Most = 100;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var open = await payments.Payments.AsNoTracking()
            .Where(payment => payment.VoidReason != null
                && (payment.Status == PaymentState.Authorizing || payment.Status == PaymentState.Authorized))
            .OrderBy(payment => payment.OpenedAt).Take(Most)
            .Select(payment => new { payment.OrderId, payment.VoidReason })
            .ToListAsync(cancellationToken);
        if (open.Count == 0) return;
        LogRetrying(open.Count);
        var endpoint = await bus.GetSendEndpoint(QueueNames.AddressOf(typeof(VoidPayment)));
        foreach (var payment in open)
            await endpoint.Send(
                new VoidPayment { OrderId = payment.OrderId, Reason = payment.VoidReason! }, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "{Count} payments wait for the provider to confirm that they are void; asking again.")]
    private partial void LogRetrying(int count);
}
