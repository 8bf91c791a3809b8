using MassTransit;
using MassTransit.Transports;
using Microsoft.Extensions.Logging;

namespace Shop.Messaging.DeadLetters;

/// <summary>
/// Parks a message that failed its last attempt, or that no consumer of its queue understands. A park whose database is
/// away is waited for, as by any message; if it refuses, the message moves to the queue's <c>_error</c> or
/// <c>_skipped</c> queue instead: it never vanishes.
/// </summary>
internal sealed partial class ParkFilter(DeadLetterWriter park, ILogger<ParkFilter> logger)
    : IFilter<ExceptionReceiveContext>, IFilter<ReceiveContext>
{
    private static readonly TimeSpan MoveLimit = TimeSpan.FromSeconds(30);

    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var cause = context.Exception is ConsumerCanceledException ? context.Exception : context.Exception.GetBaseException();
        try
        {
            await Park(context, cause.GetType().FullName!, cause.ToString());
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotParked(exception, context.InputAddress);
            if (!context.TryGetPayload(out IErrorTransport? transport)) throw;
            await transport.Send(context).WaitAsync(MoveLimit);
        }

        await next.Send(context);
    }

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        try
        {
            await Park(context, "Unconsumed", "No consumer of this queue takes a message of this type.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotParked(exception, context.InputAddress);
            if (!context.TryGetPayload(out IDeadLetterTransport? transport)) throw;
            await transport.Send(context, "unconsumed").WaitAsync(MoveLimit);
        }

        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("park");

    private async Task Park(ReceiveContext context, string fault, string detail)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await park.Park(context, fault, detail);
                return;
            }
            catch (Exception exception) when (attempt < Outage.Attempts && Outage.IsBehind(exception))
            {
                await Task.Delay(Outage.Pause, context.CancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "A message of {Queue} could not be parked; it moves to the queue's error queue in the broker.")]
    private partial void LogNotParked(Exception exception, Uri queue);
}
