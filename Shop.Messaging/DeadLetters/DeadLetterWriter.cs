using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Shop.Messaging.DeadLetters;

/// <summary>Writes down a message that is given up on.</summary>
internal sealed partial class DeadLetterWriter(
    IDbContextFactory<DeadLettersDbContext> contexts, ILogger<DeadLetterWriter> logger)
{
    private const int DetailLimit = 8_000;

    public async Task Park(ReceiveContext message, string fault, string detail)
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
