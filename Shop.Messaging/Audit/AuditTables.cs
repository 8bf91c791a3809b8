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

        create view {{schema}}.audit_view as
        select split_part(m.name, ' ', 1) as invariant, m.name as part, greatest(m.checked, m.walked) as checked,
            (select count(*) from {{schema}}.audit_violation v where v.name = m.name) as violations,
            m.evaluated_at,
            array(select concat_ws(': ', v.subject, v.detail) from {{schema}}.audit_violation v
                where v.name = m.name order by v.found_at, v.subject limit {{MostDetails}}) as details
        from {{schema}}.audit_mark m
        union all
        select 'I9', 'I9 messages of {{schema}}', waiting.messages, waiting.overdue, now(),
            case when waiting.overdue = 0 then array[]::text[] else array[waiting.overdue || ' messages are overdue'] end
        from (
            select count(*) as messages,
                count(*) filter (where due_at < now() - {{Overdue}} or attempts >= {{MostAttempts}}) as overdue
            from (
                select due_at, attempts from {{schema}}.outbox_message
                union all
                select due_at, 0 from {{schema}}.timer) message) waiting;

        grant usage on schema {{schema}} to shop_reader;
        grant select on {{schema}}.audit_view to shop_reader;
        """;

    public static string Drop(string schema) => $"""
        drop view {schema}.audit_view;
        drop table {schema}.audit_violation;
        drop table {schema}.audit_mark;
        """;
}
