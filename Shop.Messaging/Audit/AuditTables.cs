namespace Shop.Messaging.Audit;

/// <summary>
/// The tables in which a context keeps what it found out about its invariants, and the view that shows them. A context
/// makes them in a migration of its own.
/// </summary>
public static class AuditTables
{
    /// <summary>Messages of a context that neither went out nor fired for so long are shown as lost.</summary>
    private const string Overdue = "interval '10 minutes'";

    private const int MostAttempts = 10;
    private const int MostDetails = 5;

    public static string Create(string schema) => $$"""
        create table {{schema}}.audit_mark (
            name text primary key,
            checked bigint not null default 0,
            walked bigint not null default 0,
            after_key text not null default '',
            through timestamptz,
            evaluated_at timestamptz not null default now());

        create table {{schema}}.audit_violation (
            name text not null,
            subject text not null,
            detail text not null,
            found_at timestamptz not null default now(),
            primary key (name, subject));

        {{CountWaiting(schema)}}

        grant usage on schema {{schema}} to shop_reader;
        grant select on {{schema}}.audit_view to shop_reader;
        """;

    /// <summary>The view as it was first: of messages only those that wait are counted.</summary>
    public static string CountWaiting(string schema) => View(schema, "0");

    /// <summary>
    /// The view, with every message that was ever written to the outbox counted, by the numbers that they were given: what is
    /// not there any more the broker has confirmed, and what is there is judged. It costs the same however many there were.
    /// </summary>
    public static string CountMessages(string schema) => View(
        schema, $"(select case when is_called then last_value else 0 end from {schema}.outbox_message_sequence_seq)");

    private static string View(string schema, string written) => $$"""
        create or replace view {{schema}}.audit_view as
        select split_part(m.name, ' ', 1) as invariant, m.name as part, greatest(m.checked, m.walked) as checked,
            (select count(*) from {{schema}}.audit_violation v where v.name = m.name) as violations,
            m.evaluated_at,
            array(select concat_ws(': ', v.subject, v.detail) from {{schema}}.audit_violation v
                where v.name = m.name order by v.found_at, v.subject limit {{MostDetails}}) as details
        from {{schema}}.audit_mark m
        union all
        select 'I9', 'I9 messages of {{schema}}', greatest(waiting.messages, {{written}}), waiting.overdue, now(),
            case when waiting.overdue = 0 then array[]::text[] else array[waiting.overdue || ' messages are overdue'] end
        from (
            select count(*) as messages,
                count(*) filter (where due_at < now() - {{Overdue}} or attempts >= {{MostAttempts}}) as overdue
            from (
                select due_at, attempts from {{schema}}.outbox_message
                union all
                select due_at, 0 from {{schema}}.timer) message) waiting;
        """;

    public static string Drop(string schema) => $"""
        drop view {schema}.audit_view;
        drop table {schema}.audit_violation;
        drop table {schema}.audit_mark;
        """;
}
