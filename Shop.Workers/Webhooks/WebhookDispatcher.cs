using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Quartz;

namespace Shop.Workers.Webhooks;

/// <summary>
/// Hands out what is due, and does not wait for slow receivers: deliveries go on beside the job that began them, a bounded
/// number at a time, and a few of one address.
/// </summary>
internal sealed partial class WebhookDispatcher(
    DeliveryQueue queue, WebhookSender sender, IOptions<WebhookOptions> options, ILogger<WebhookDispatcher> logger)
    : IAsyncDisposable
{
    private const int OfOneAddress = 4;
    private const int MostRounds = 500;

    /// <summary>As the specification of Standard Webhooks advises: ten attempts in a little more than three days.</summary>
    internal static readonly IReadOnlyList<TimeSpan> Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    /// <summary>How long what became of a delivery may take to be written down.</summary>
    private static readonly TimeSpan ToSettle = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Lull = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Guid, (Guid EndpointId, Task Done)> _underWay = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile TaskCompletionSource _finished = NewSignal();

    /// <summary>Begins what is due, and what comes due meanwhile, until there is a lull.</summary>
    /// <returns>How many deliveries were begun.</returns>
    public async Task<int> Dispatch(CancellationToken cancellationToken)
    {
        if (!options.Value.IsConfigured) return 0;
        var begun = 0;
        for (var round = 0; round < MostRounds; round++)
        {
            var finished = _finished = NewSignal();
            var now = await Begin(cancellationToken);
            begun += now;
            // One that has finished may have made way for the next of its order, or of its address.
            if (now == 0
                && await Task.WhenAny(finished.Task, Task.Delay(Lull, cancellationToken)) != finished.Task) break;
        }

        return begun;
    }

    /// <summary>Waits for those that are under way.</summary>
    public Task Settle() => Task.WhenAll(_underWay.Values.Select(one => one.Done));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Settle();
        _stopping.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<int> Begin(CancellationToken cancellationToken)
    {
        var free = options.Value.Concurrency - _underWay.Count;
        if (free <= 0) return 0;
        // An address is busy while any of its deliveries is under way, so that none is claimed twice here.
        var deliveries = await queue.Claim(
            options.Value.Timeout + ToSettle, _underWay.Values.Select(one => one.EndpointId).Distinct(), OfOneAddress, free,
            cancellationToken);
        foreach (var delivery in deliveries)
        {
            var done = NewSignal();
            _underWay[delivery.Id] = (delivery.EndpointId, done.Task);
            _ = Task.Run(() => Deliver(delivery, done), CancellationToken.None);
        }

        return deliveries.Count;
    }

    private async Task Deliver(DeliveryInHand delivery, TaskCompletionSource done)
    {
        try
        {
            var answer = await sender.Send(delivery, _stopping.Token);
            WebhookTelemetry.Became(await Settle(delivery, answer));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Its lease runs out, and it is tried again.
        }
        catch (Exception exception)
        {
            LogNotSettled(exception, delivery.Id);
        }
        finally
        {
            _underWay.TryRemove(delivery.Id, out _);
            done.SetResult();
            _finished.TrySetResult();
        }
    }

    /// <returns>What became of it, in a word.</returns>
    private async Task<string> Settle(DeliveryInHand delivery, WebhookAnswer answer)
    {
        if (answer.IsDelivered)
        {
            await queue.Delivered(delivery, answer);
            return "delivered";
        }

        if (answer.IsGone)
        {
            await queue.Gone(delivery, answer);
            return "gone";
        }

        TimeSpan? pause = delivery.Attempts <= Pauses.Count ? Pauses[delivery.Attempts - 1] : null;
        await queue.Failed(delivery, answer, pause);
        return pause is null ? "given-up" : "failed";
    }

    [LoggerMessage(LogLevel.Error, "What became of delivery {DeliveryId} is not written down; it is tried again.")]
    private partial void LogNotSettled(Exception exception, Guid deliveryId);
}

/// <summary>Delivers what is due.</summary>
[DisallowConcurrentExecution]
internal sealed class DispatchWebhooksJob(WebhookDispatcher dispatcher) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await dispatcher.Dispatch(cancellationToken);
}

/// <summary>Forgets after a month what was delivered or given up.</summary>
[DisallowConcurrentExecution]
internal sealed class ForgetDeliveriesJob(DeliveryQueue queue) : IJob
{
    private const int Most = 5_000;
    private const int MostRounds = 100;

    private static readonly TimeSpan Age = TimeSpan.FromDays(30);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostRounds; round++)
            if (await queue.Forget(Age, Most, cancellationToken) < Most) return;
    }
}
