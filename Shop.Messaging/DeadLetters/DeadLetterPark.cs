using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Shop.Messaging.Outbox;

namespace Shop.Messaging.DeadLetters;

/// <summary>Where messages stand that were given up on, for someone to see, replay or discard.</summary>
public sealed partial class DeadLetterPark(
    IDbContextFactory<DeadLettersDbContext> contexts, IBus bus, TimeProvider time, ILogger<DeadLetterPark> logger)
{
    private const int DetailLimit = 8_000;

    internal async Task Park(ReceiveContext message, string fault, string detail)
    {
        var body = message.GetBody();
        var queue = message.TransportHeaders.Get<string>("x-first-death-queue")
            ?? message.InputAddress.AbsolutePath[(message.InputAddress.AbsolutePath.LastIndexOf('/') + 1)..];
        var (id, type) = Describe(body);
        await using var context = await contexts.CreateDbContextAsync();
        context.DeadLetters.Add(new DeadLetter
        {
            Id = NewId.NextGuid(),
            Queue = queue,
            MessageId = message.GetMessageId() ?? id,
            MessageType = type,
            ContentType = message.ContentType?.ToString() ?? "application/octet-stream",
            Body = body,
            Fault = fault,
            Detail = detail[..Math.Min(detail.Length, DetailLimit)],
            State = DeadLetterState.Parked,
        });
        await context.SaveChangesAsync();
        Telemetry.WasParked(queue);
        LogParked(queue, id, fault);
    }

    /// <summary>The oldest first, at most 100.</summary>
    public async Task<IReadOnlyList<DeadLetter>> List(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.DeadLetters.AsNoTracking().Where(letter => letter.State == DeadLetterState.Parked)
            .OrderBy(letter => letter.ParkedAt).Take(100).ToListAsync(cancellationToken);
    }

    /// <summary>Sends it to its queue again, as it was and under its own id, and says so. Safe to repeat.</summary>
    /// <returns>False if there is no such letter, or it was discarded.</returns>
    /// <exception cref="TimeoutException">The broker did not take it; it stays parked.</exception>
    public async Task<bool> Replay(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var letter = await context.DeadLetters.FindAsync([id], cancellationToken);
        if (letter is null or { State: DeadLetterState.Discarded }) return false;
        var error = await OutboxDelivery<DeadLettersDbContext>.Publish(new OutgoingMessage
        {
            MessageId = letter.MessageId ?? letter.Id,
            Source = letter.Id,
            Destination = "exchange:" + letter.Queue,
            ContentType = letter.ContentType,
            Body = letter.Body,
            Mandatory = true,
        }, bus, cancellationToken);
        if (error is not null) throw new TimeoutException($"The broker did not take message {letter.MessageId}.", error);
        await Settle(context, letter, DeadLetterState.Replayed, cancellationToken);
        return true;
    }

    /// <returns>False if there is no such letter.</returns>
    public async Task<bool> Discard(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.DeadLetters.FindAsync([id], cancellationToken) is not { } letter) return false;
        await Settle(context, letter, DeadLetterState.Discarded, cancellationToken);
        return true;
    }

    private async Task Settle(
        DeadLettersDbContext context, DeadLetter letter, DeadLetterState state, CancellationToken cancellationToken)
    {
        letter.State = state;
        letter.SettledAt = time.GetUtcNow();
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>What the envelope says of itself; nothing, for a body that cannot be read.</summary>
    private static (Guid? Id, string Type) Describe(byte[] body)
    {
        try
        {
            using var envelope = JsonDocument.Parse(body);
            var id = envelope.RootElement.TryGetProperty("messageId", out var value) && value.TryGetGuid(out var parsed)
                ? parsed : (Guid?)null;
            var type = envelope.RootElement.TryGetProperty("messageType", out var types)
                ? types.EnumerateArray().FirstOrDefault().GetString() : null;
            return (id, type ?? "");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (null, "");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Parked message {MessageId} of queue {Queue}: {Fault}.")]
    private partial void LogParked(string queue, Guid? messageId, string fault);
}
