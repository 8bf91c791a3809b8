using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Shop.Messaging.Hosting;

namespace Shop.Messaging.Outbox;

/// <summary>
/// Sends what stands in a context's tables and has come due by its database's clock: messages whose process died before
/// it published them, and timers. A claim is one short statement that pushes the due time on; nothing is locked while
/// the broker is spoken to, and a crash between claim and removal only repeats a message under its own id.
/// </summary>
internal sealed partial class MessageDispatcher<TContext>(
    Database<TContext> database, IBus bus, ILogger<MessageDispatcher<TContext>> logger) : IMessageDispatcher
    where TContext : DbContext
{
    private const int SweepLimit = 200;
    private const int TimerLimit = 500;

    private readonly string _claimMessages = $"""
        update "{database.Schema}".outbox_message message
        set due_at = now() + least(interval '15 seconds' * power(2, message.attempts), interval '30 seconds'),
            attempts = message.attempts + 1
        from (
            select message_id from "{database.Schema}".outbox_message
            where due_at <= now() order by due_at, sequence limit {SweepLimit}
            for update skip locked) due
        where message.message_id = due.message_id
        returning message.message_id, message.source, message.destination, message.content_type, message.body,
            message.mandatory, message.sequence, message.attempts
        """;

    private readonly string _claimTimers = $"""
        update "{database.Schema}".timer timer
        set due_at = now() + interval '30 seconds'
        from (
            select token from "{database.Schema}".timer
            where due_at <= now() order by due_at limit {TimerLimit}
            for update skip locked) due
        where timer.token = due.token
        returning timer.message_id, timer.token, timer.destination, timer.content_type, timer.body, true, 0::bigint, 0
        """;

    public async Task<int> SweepOutbox(CancellationToken cancellationToken)
    {
        var swept = 0;
        for (var claimed = SweepLimit; claimed == SweepLimit && !cancellationToken.IsCancellationRequested;)
        {
            var messages = await Claim(_claimMessages, cancellationToken);
            claimed = messages.Count;
            var delivered = await SendInOrder(messages, cancellationToken);
            await Delete("outbox_message", "message_id", [.. delivered.Select(message => message.MessageId)], cancellationToken);
            swept += delivered.Count;
            Telemetry.WasSwept(database.Schema, delivered.Count);
            if (delivered.Count < claimed) break;
        }

        if (swept > 0) LogSwept(swept, database.Schema);
        return swept;
    }

    public async Task<int> DispatchTimers(CancellationToken cancellationToken)
    {
        var fired = 0;
        for (var claimed = TimerLimit; claimed == TimerLimit && !cancellationToken.IsCancellationRequested;)
        {
            var timers = await Claim(_claimTimers, cancellationToken);
            claimed = timers.Count;
            var outcomes = await Task.WhenAll(timers.Select(async timer =>
                (timer, error: await OutboxDelivery<TContext>.Publish(timer, bus, cancellationToken))));
            foreach (var (timer, error) in outcomes.Where(outcome => outcome.error is not null))
                LogNotSent(error!, timer.MessageId, timer.Destination, timer.Attempts);
            var sent = outcomes.Where(outcome => outcome.error is null).Select(outcome => outcome.timer.Source).ToArray();
            await Delete("timer", "token", sent, cancellationToken);
            fired += sent.Length;
            Telemetry.HasFired(database.Schema, sent.Length);
        }

        return fired;
    }

    public async Task<int> ForgetInbox(TimeSpan age, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand($"""
            delete from "{database.Schema}".inbox_message where ctid = any(array(
                select ctid from "{database.Schema}".inbox_message where received_at < now() - $1 limit 10000))
            """);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = age });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Sources side by side; the messages of one source in the order they were written, until one fails.</summary>
    private async Task<List<OutgoingMessage>> SendInOrder(List<OutgoingMessage> messages, CancellationToken cancellationToken)
    {
        var delivered = await Task.WhenAll(messages.GroupBy(message => message.Source).Select(async source =>
        {
            var sent = new List<OutgoingMessage>();
            foreach (var message in source.OrderBy(message => message.Sequence))
            {
                if (await OutboxDelivery<TContext>.Publish(message, bus, cancellationToken) is { } error)
                {
                    LogNotSent(error, message.MessageId, message.Destination, message.Attempts);
                    await Note(message, error, cancellationToken);
                    break;
                }

                sent.Add(message);
            }

            return sent;
        }));
        return [.. delivered.SelectMany(sent => sent)];
    }

    private async Task<List<OutgoingMessage>> Claim(string statement, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(statement);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var messages = new List<OutgoingMessage>();
        while (await reader.ReadAsync(cancellationToken))
            messages.Add(new OutgoingMessage
            {
                MessageId = reader.GetGuid(0),
                Source = reader.GetGuid(1),
                Destination = reader.GetString(2),
                ContentType = reader.GetString(3),
                Body = reader.GetFieldValue<byte[]>(4),
                Mandatory = reader.GetBoolean(5),
                Sequence = reader.GetInt64(6),
                Attempts = reader.GetInt32(7),
            });
        return messages;
    }

    /// <summary>Records why, and holds back what the same source wrote later, so that its order is kept.</summary>
    private async Task Note(OutgoingMessage message, Exception error, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand($"""
            update "{database.Schema}".outbox_message held
            set due_at = greatest(held.due_at, failed.due_at),
                last_error = case when held.message_id = failed.message_id then $2 else held.last_error end
            from "{database.Schema}".outbox_message failed
            where failed.message_id = $1 and held.source = failed.source and held.sequence >= failed.sequence
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = message.MessageId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = error.Message[..Math.Min(error.Message.Length, 1_000)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task Delete(string table, string key, Guid[] ids, CancellationToken cancellationToken)
    {
        if (ids.Length == 0) return;
        await using var command = database.Source.CreateCommand($"""delete from "{database.Schema}"."{table}" where {key} = any($1)""");
        command.Parameters.Add(new NpgsqlParameter { Value = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Published {Count} messages that were left in the outbox of {Schema}.")]
    private partial void LogSwept(int count, string schema);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "Message {MessageId} to {Destination} could not be sent at attempt {Attempt}; it stays and is tried again.")]
    private partial void LogNotSent(Exception exception, Guid messageId, string destination, int attempt);
}

/// <summary>Any context's dispatcher, for the jobs that drive them all.</summary>
internal interface IMessageDispatcher
{
    /// <summary>Publishes messages whose owner's lease has run out. Returns how many.</summary>
    Task<int> SweepOutbox(CancellationToken cancellationToken);

    /// <summary>Sends timers that are due. Returns how many.</summary>
    Task<int> DispatchTimers(CancellationToken cancellationToken);

    /// <summary>Forgets, a bounded batch at a time, messages handled longer ago than the age. Returns how many.</summary>
    Task<int> ForgetInbox(TimeSpan age, CancellationToken cancellationToken);
}
