using System.ComponentModel.DataAnnotations;
using Npgsql;
using Shop.Api.Http;
using Shop.Messaging.Hosting;

namespace Shop.Api.Ops;

/// <summary>Something that waits for people.</summary>
/// <param name="Context">Who raised it.</param>
/// <param name="Kind">What it is, in the raiser's words.</param>
/// <param name="OrderId">The order that it is about; null if it is about none.</param>
/// <param name="Detail">What is known.</param>
/// <param name="RaisedAt">Since when (UTC).</param>
/// <param name="FindingId">By which it can be dismissed; null where it goes away by being dealt with.</param>
internal sealed record EscalationView(
    string Context, string Kind, Guid? OrderId, string Detail, DateTime RaisedAt, Guid? FindingId);

/// <summary>Why something needs no more attention.</summary>
internal sealed record DismissalRequest
{
    public const int MaxReason = 500;

    [Required]
    [Length(1, MaxReason)]
    public string? Reason { get; init; }
}

/// <summary>What waits for people, from the views of all who raise such things.</summary>
internal sealed class Escalations(ReadsDatabase database)
{
    private const int PatienceInSeconds = 5;

    /// <summary>Each has a view <c>escalation_view (kind, order_id, detail, raised_at)</c>, perhaps with an <c>id</c>.</summary>
    private static readonly string[] Contexts = ["payments", "fulfillment", "orders", "returns", "notifications", "webhooks"];

    private static readonly DateTime EndOfTime = DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc);

    private static readonly string Statement = $"""
        select context, kind, order_id, detail, raised_at, id, place from (
            {string.Join(" union all ", Contexts.Select(context => $"""
                select '{context}' as context, v.kind, v.order_id, v.detail, v.raised_at, (to_jsonb(v) ->> 'id')::uuid as id,
                    concat_ws(' ', '{context}', v.kind, v.order_id, md5(v.detail)) as place
                from {context}.escalation_view v
                """))}) escalation
        where (raised_at, place) < ($1, $2) order by raised_at desc, place desc limit $3
        """;

    public static Cursor<DateTime, string> Cursor { get; } = new("escalations");

    /// <summary>The newest, those before the one given.</summary>
    public async Task<Page<EscalationView>> Newest(
        (DateTime RaisedAt, string Place)? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(Statement);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = before?.RaisedAt ?? EndOfTime });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = before?.Place ?? "" });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<(EscalationView View, string Place)>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add((new EscalationView(
                reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetGuid(2), reader.GetString(3),
                reader.GetDateTime(4), reader.IsDBNull(5) ? null : reader.GetGuid(5)), reader.GetString(6)));
        var page = Page<(EscalationView View, string Place)>.Of(rows, limit, row => Cursor.Write(row.View.RaisedAt, row.Place));
        return new Page<EscalationView>([.. page.Items.Select(row => row.View)], page.Next);
    }

    /// <summary>Whether a finding is open under this id.</summary>
    public async Task<bool> HasFinding(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(
            "select exists (select from payments.escalation_view where id = $1)");
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
