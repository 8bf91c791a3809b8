using Npgsql;

namespace Shop.Messaging.Audit;

/// <summary>
/// Evaluates invariants a little at a time: what changed since the last time, what was wrong then, and a stretch of all
/// there is, so that each run costs the same however much there is. What it found stands in the tables of
/// <see cref="AuditTables"/>.
/// </summary>
/// <param name="source">The context's.</param>
/// <param name="schema">The context's.</param>
public sealed class AuditBook(NpgsqlDataSource source, string schema)
{
    private const int Stretch = 5_000;
    private const int MostWindows = 20;
    private const int MostKnown = 1_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A change shows when its transaction is committed, and has the time of its beginning. One of a transaction that lasts
    /// longer is found by the walk through everything.
    /// </summary>
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromSeconds(20);

    /// <returns>How many subjects are wrong, of those that it looked at.</returns>
    public async Task<int> Evaluate(AuditCheck check, CancellationToken cancellationToken)
    {
        if (check.Before is { } before) await before(cancellationToken);
        var (now, through, after) = await Mark(check.Name, cancellationToken);
        var until = now - check.Lag;
        var wrong = 0;
        var from = (through ?? until - LongestTransaction) - LongestTransaction;
        for (var windows = 0; check.Changed is not null && windows < MostWindows && from < until; windows++)
        {
            var to = from + Window < until ? from + Window : until;
            wrong += await Judge(check, await Subjects(check.Source, check.Changed, cancellationToken, from, to), cancellationToken);
            from = to;
        }

        wrong += await Judge(check, await Known(check.Name, cancellationToken), cancellationToken);
        var stretch = await Subjects(check.Source, check.Walk, cancellationToken, after, Stretch);
        wrong += await Judge(check, stretch, cancellationToken);
        await Pass(check, from, stretch, cancellationToken);
        return wrong;
    }

    private async Task<(DateTimeOffset Now, DateTimeOffset? Through, string After)> Mark(
        string name, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand($"""
            with made as (insert into {schema}.audit_mark (name) values ($1) on conflict do nothing)
            select now(), m.through, coalesce(m.after_key, '')
            from (select 1) one left join {schema}.audit_mark m on m.name = $1
            """);
        command.Parameters.AddWithValue(name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetFieldValue<DateTimeOffset>(0),
            reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1),
            reader.GetString(2));
    }

    private static async Task<string[]> Subjects(
        NpgsqlDataSource source, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        var subjects = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) subjects.Add(reader.GetString(0));
        return [.. subjects];
    }

    private Task<string[]> Known(string name, CancellationToken cancellationToken) => Subjects(
        source,
        $"select subject from {schema}.audit_violation where name = $1 order by found_at limit $2",
        cancellationToken, name, MostKnown);

    private async Task<int> Judge(AuditCheck check, string[] subjects, CancellationToken cancellationToken)
    {
        if (subjects.Length == 0) return 0;
        var wrong = await check.Judge(subjects, cancellationToken);
        await using var command = source.CreateCommand($"""
            with cured as (
                delete from {schema}.audit_violation where name = $1 and subject = any($2) and subject <> all($3))
            insert into {schema}.audit_violation (name, subject, detail)
            select $1, w.subject, w.detail from unnest($3, $4) as w (subject, detail)
            on conflict (name, subject) do update set detail = excluded.detail
            where audit_violation.detail <> excluded.detail
            """);
        command.Parameters.AddWithValue(check.Name);
        command.Parameters.AddWithValue(subjects);
        command.Parameters.AddWithValue(wrong.Keys.ToArray());
        command.Parameters.AddWithValue(wrong.Values.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
        return wrong.Count;
    }

    private async Task Pass(
        AuditCheck check, DateTimeOffset through, string[] stretch, CancellationToken cancellationToken)
    {
        var isEnd = stretch.Length < Stretch;
        await using var command = source.CreateCommand($"""
            update {schema}.audit_mark
            set through = $2, after_key = $3, evaluated_at = now(),
                checked = {(check.Count is { } count ? $"({count})" : "case when $5 then walked + $4 else checked end")},
                walked = case when $5 then 0 else walked + $4 end
            where name = $1
            """);
        command.Parameters.AddWithValue(check.Name);
        command.Parameters.AddWithValue(through);
        command.Parameters.AddWithValue(isEnd ? "" : stretch[^1]);
        command.Parameters.AddWithValue((long)stretch.Length);
        command.Parameters.AddWithValue(isEnd);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
