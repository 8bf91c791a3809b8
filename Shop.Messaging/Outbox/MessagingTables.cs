using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;
using NpgsqlTypes;
using Shop.Messaging.Scheduling;

namespace Shop.Messaging.Outbox;

/// <summary>
/// The tables that every context with a queue has beside its own, so that they commit together: <c>outbox_message</c>,
/// <c>timer</c> and <c>inbox_message</c>. The entities here define them; the statements below write them in sets.
/// </summary>
public static class MessagingTables
{
    /// <summary>How long the process that wrote a message has to publish it before a sweep may take it.</summary>
    internal const string OwnersLease = "interval '10 seconds'";

    /// <summary>For a process that publishes nothing itself: the next sweep may take it.</summary>
    internal const string NoLease = "interval '0'";

    public static void AddMessagingTables(this ModelBuilder model)
    {
        model.Entity<OutboxRow>(row =>
        {
            row.ToTable("outbox_message");
            row.HasKey(message => message.MessageId);
            row.Property(message => message.Sequence).UseIdentityAlwaysColumn();
            row.Property(message => message.Attempts).HasDefaultValue(0);
            row.HasIndex(message => message.DueAt);
            Churns(row);
        });
        model.Entity<TimerRow>(row =>
        {
            row.ToTable("timer");
            row.HasKey(timer => timer.Token);
            row.HasIndex(timer => timer.DueAt);
            Churns(row);
        });
        model.Entity<InboxRow>(row =>
        {
            row.ToTable("inbox_message");
            row.HasKey(message => new { message.MessageId, message.ConsumerId });
            row.Property(message => message.ReceivedAt).HasDefaultValueSql("now()");
            row.HasIndex(message => message.ReceivedAt);
        });
    }

    /// <summary>Rows live for milliseconds: vacuum by their number, not by a share of a table that is nearly empty.</summary>
    private static void Churns(EntityTypeBuilder row)
    {
        row.HasStorageParameter("autovacuum_vacuum_scale_factor", 0.0);
        row.HasStorageParameter("autovacuum_vacuum_threshold", 20_000);
        row.HasStorageParameter("autovacuum_vacuum_cost_delay", 0);
    }

    internal static void AppendOutbox(
        NpgsqlBatch batch, string schema, IReadOnlyList<OutgoingMessage> messages, string lease = OwnersLease)
    {
        if (messages.Count == 0) return;
        batch.Add($"""
            insert into "{schema}".outbox_message
                (message_id, source, destination, content_type, body, mandatory, due_at)
            select u.*, now() + {lease}
            from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::boolean[]) u
            on conflict (message_id) do nothing
            """,
            Array(NpgsqlDbType.Uuid, messages, message => message.MessageId),
            Array(NpgsqlDbType.Uuid, messages, message => message.Source),
            Array(NpgsqlDbType.Text, messages, message => message.Destination),
            Array(NpgsqlDbType.Text, messages, message => message.ContentType),
            Array(NpgsqlDbType.Bytea, messages, message => message.Body),
            Array(NpgsqlDbType.Boolean, messages, message => message.Mandatory));
    }

    internal static void AppendTimers(
        NpgsqlBatch batch, string schema, IReadOnlyList<Guid> disarmed, IReadOnlyList<MessageTimer> armed)
    {
        if (disarmed.Count > 0)
            batch.Add($"""delete from "{schema}".timer where token = any($1)""",
                new NpgsqlParameter { Value = disarmed.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        if (armed.Count == 0) return;
        batch.Add($"""
            insert into "{schema}".timer (token, message_id, destination, content_type, body, due_at)
            select u.token, u.message_id, u.destination, u.content_type, u.body, now() + u.delay
            from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::interval[])
                u(token, message_id, destination, content_type, body, delay)
            on conflict (token) do nothing
            """,
            Array(NpgsqlDbType.Uuid, armed, timer => timer.Token),
            Array(NpgsqlDbType.Uuid, armed, timer => timer.MessageId),
            Array(NpgsqlDbType.Text, armed, timer => timer.Destination),
            Array(NpgsqlDbType.Text, armed, timer => timer.ContentType),
            Array(NpgsqlDbType.Bytea, armed, timer => timer.Body),
            Array(NpgsqlDbType.Interval, armed, timer => timer.Delay));
    }

    /// <summary>Appends what a set of messages sends and schedules.</summary>
    internal static void Append(NpgsqlBatch batch, string schema, IReadOnlyCollection<UnitOfWork> units)
    {
        AppendTimers(batch, schema, [.. units.SelectMany(unit => unit.Disarmed)], [.. units.SelectMany(unit => unit.Armed)]);
        AppendOutbox(batch, schema, [.. units.SelectMany(unit => unit.Outgoing)]);
    }

    internal static void Add(this NpgsqlBatch batch, string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter Array<TItem, TValue>(
        NpgsqlDbType type, IReadOnlyList<TItem> items, Func<TItem, TValue> value) =>
        new() { Value = items.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };

    private sealed class OutboxRow
    {
        public Guid MessageId { get; init; }
        public long Sequence { get; init; }
        public Guid Source { get; init; }
        public required string Destination { get; init; }
        public required string ContentType { get; init; }
        public required byte[] Body { get; init; }
        public bool Mandatory { get; init; }
        public int Attempts { get; init; }

        /// <summary>When a sweep may take it: its lease, pushed on by each sweep that does.</summary>
        public DateTimeOffset DueAt { get; init; }

        public string? LastError { get; init; }
    }

    private sealed class TimerRow
    {
        public Guid Token { get; init; }
        public Guid MessageId { get; init; }
        public required string Destination { get; init; }
        public required string ContentType { get; init; }
        public required byte[] Body { get; init; }
        public DateTimeOffset DueAt { get; init; }
    }

    private sealed class InboxRow
    {
        public Guid MessageId { get; init; }
        public Guid ConsumerId { get; init; }
        public DateTimeOffset ReceivedAt { get; init; }
    }
}
