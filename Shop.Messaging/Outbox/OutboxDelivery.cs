using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Hosting;

namespace Shop.Messaging.Outbox;

/// <summary>
/// Publishes committed messages with confirms and takes them out of the outbox, many at a time. A message that cannot
/// be published stays there, with the error, for the sweep.
/// </summary>
public sealed partial class OutboxDelivery<TContext>
    where TContext : DbContext
{
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(8);

    private readonly Database<TContext> _database;
    private readonly ILogger _logger;
    private readonly Coalescer<Guid, bool> _removals;

    public OutboxDelivery(Database<TContext> database, ILogger<OutboxDelivery<TContext>> logger)
    {
        _database = database;
        _logger = logger;
        _removals = new Coalescer<Guid, bool>(
            Remove, largestGroup: 2_000, waitingLimit: 100_000, rest: _ => TimeSpan.FromMilliseconds(100));
    }

    /// <summary>Never throws for a message that could not be published: it is durable, and will be swept.</summary>
    /// <returns>Whether the broker has them all.</returns>
    internal async Task<bool> Deliver(
        IReadOnlyList<OutgoingMessage> messages, ISendEndpointProvider endpoints, CancellationToken cancellationToken)
    {
        if (messages.Count == 0) return true;
        if (messages.Count == 1) return await DeliverInOrder(messages, endpoints, cancellationToken);
        var delivered = await Task.WhenAll(messages
            .GroupBy(message => message.Destination)
            .Select(group => DeliverInOrder(group, endpoints, cancellationToken)));
        return !delivered.Contains(false);
    }

    private async Task<bool> DeliverInOrder(
        IEnumerable<OutgoingMessage> messages, ISendEndpointProvider endpoints, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
        {
            if (await Publish(message, endpoints, cancellationToken) is { } error)
            {
                LogUnpublished(error, message.MessageId, message.Destination);
                Telemetry.WasNotPublished(_database.Schema);
                return false;
            }

            Telemetry.WasPublished(_database.Schema, 1);
            Forget(message.MessageId);
        }

        return true;
    }

    /// <summary>Takes a delivered message out of the outbox, soon. If that fails it is published once more, under the same id.</summary>
    internal void Forget(Guid messageId) => _ = _removals.Call(messageId)
        .ContinueWith(removal => LogNotRemoved(removal.Exception!.GetBaseException(), messageId),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>
    /// Takes 8 s at most. A send is told so, and is left behind when it does not listen: on a channel whose exchange
    /// could not be declared, MassTransit lets those who come too late wait for ever.
    /// </summary>
    /// <returns>Null, or why the broker does not have it.</returns>
    internal static async Task<Exception?> Publish(
        OutgoingMessage message, ISendEndpointProvider endpoints, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(SendLimit);
            await Send(message, endpoints, limit.Token).WaitAsync(limit.Token);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static async Task Send(
        OutgoingMessage message, ISendEndpointProvider endpoints, CancellationToken cancellationToken)
    {
        var endpoint = await endpoints.GetSendEndpoint(new Uri(message.Destination));
        await endpoint.Send(Committed.Instance, Pipe.Execute<SendContext<Committed>>(context =>
        {
            context.MessageId = message.MessageId;
            context.Serializer = new CopyBodySerializer(
                new ContentType(message.ContentType), new BytesMessageBody(message.Body));
            if (message.Mandatory && context.TryGetPayload(out RabbitMqSendContext? rabbit)) rabbit.Mandatory = true;
        }), cancellationToken);
    }

    private async Task Remove(IReadOnlyList<Call<Guid, bool>> calls)
    {
        await using var command = _database.Source.CreateCommand(
            $"""delete from "{_database.Schema}".outbox_message where message_id = any($1)""");
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = calls.Select(call => call.Request).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
        });
        await command.ExecuteNonQueryAsync();
        foreach (var call in calls) call.Succeed(true);
    }

    /// <summary>Stands in for a message whose serialised body is sent as it is.</summary>
    internal sealed class Committed
    {
        public static readonly Committed Instance = new();
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Message {MessageId} to {Destination} is committed but not published; a sweep will try again.")]
    private partial void LogUnpublished(Exception exception, Guid messageId, string destination);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Message {MessageId} is published but still in the outbox; it will be published once more.")]
    private partial void LogNotRemoved(Exception exception, Guid messageId);
}
