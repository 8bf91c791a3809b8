using MassTransit;
using MassTransit.Configuration;
using MassTransit.Context;
using MassTransit.Scheduling;
using MassTransit.Transports;
using Microsoft.EntityFrameworkCore;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Messaging.Scheduling;

/// <summary>
/// What stands behind <c>Schedule</c>, <c>Unschedule</c> and redelivery: timers as rows. Inside a unit of work they are
/// written and removed in its commit; outside of one (redelivery of a failed message) at once.
/// </summary>
internal sealed class TimerScheduler<TContext>(
    ConsumeContext context, Database<TContext> database) : IScheduleMessageProvider
    where TContext : DbContext
{
    public async Task<ScheduledMessage<T>> ScheduleSend<T>(
        Uri destinationAddress, DateTime scheduledTime, T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
        where T : class
    {
        var token = ScheduleTokenIdCache<T>.GetTokenId(message);
        var work = context.TryGetPayload(out IHasUnitOfWork? found) ? found : null;
        var endpoint = (ITransportSendEndpoint)await context.ReceiveContext.SendEndpointProvider.GetSendEndpoint(destinationAddress);
        var send = await endpoint.CreateSendContext(message, Pipe.ExecuteAsync<SendContext<T>>(async sending =>
        {
            sending.ConversationId = context.ConversationId;
            sending.InitiatorId = context.CorrelationId;
            sending.ScheduledMessageId = token;
            // A timer that is redelivered stays the timer that its saga armed: under another token it would be a late one.
            var known = work is null ? context.GetSchedulingTokenId() : token;
            if (known is { } current) sending.Headers.Set(MessageHeaders.SchedulingTokenId, current.ToString("D"));
            await pipe.Send(sending);
            if (work is not null) sending.MessageId = work.NextMessageId();
        }), cancellationToken);

        // MassTransit adds the delay to this machine's clock, whatever the host's own time is. Only the delay was meant:
        // the database's clock, which judges it, may differ.
        var delay = scheduledTime.ToUniversalTime() - TimeProvider.System.GetUtcNow().UtcDateTime;
        var outgoing = UnitOfWorkConsumeContext<T>.Serialised(send, token);
        var timer = new MessageTimer
        {
            Token = token,
            MessageId = outgoing.MessageId,
            Destination = outgoing.Destination,
            ContentType = outgoing.ContentType,
            Body = outgoing.Body,
            Delay = delay < TimeSpan.Zero ? TimeSpan.Zero : delay,
        };
        if (work is not null) work.Unit.Arm(timer);
        else await WriteNow([], [timer], cancellationToken);
        return new ScheduledMessageHandle<T>(token, scheduledTime, destinationAddress, message);
    }

    public Task CancelScheduledSend(Uri destinationAddress, Guid tokenId, CancellationToken cancellationToken) =>
        CancelScheduledSend(tokenId, cancellationToken);

    public async Task CancelScheduledSend(Guid tokenId, CancellationToken cancellationToken)
    {
        if (context.TryGetPayload(out IHasUnitOfWork? work)) work.Unit.Disarm(tokenId);
        else await WriteNow([tokenId], [], cancellationToken);
    }

    private async Task WriteNow(IReadOnlyList<Guid> disarmed, IReadOnlyList<MessageTimer> armed, CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var batch = connection.CreateBatch();
        MessagingTables.AppendTimers(batch, database.Schema, disarmed, armed);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>Gives every message of an endpoint the scheduler of its context.</summary>
internal sealed class TimerSchedulerSpecification<TContext>(Database<TContext> database)
    : IPipeSpecification<ConsumeContext>
    where TContext : DbContext
{
    public void Apply(IPipeBuilder<ConsumeContext> builder) => builder.AddFilter(new Filter(database));

    public IEnumerable<ValidationResult> Validate() => [];

    private sealed class Filter(Database<TContext> database) : IFilter<ConsumeContext>
    {
        public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
        {
            context.GetOrAddPayload<MessageSchedulerContext>(() => new ConsumeMessageSchedulerContext(context, current =>
                new MessageScheduler(new TimerScheduler<TContext>(current, database), current.GetPayload<IBusTopology>())));
            return next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("timers");
    }
}
