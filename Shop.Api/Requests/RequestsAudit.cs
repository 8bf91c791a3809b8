using Npgsql;
using Quartz;
using Shop.Messaging.Audit;
using Shop.Messaging.Hosting;

namespace Shop.Api.Requests;

/// <summary>What must hold of checkouts that were answered 202: I5, and I3 as far as their orders must be there.</summary>
internal static class RequestsAudit
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    /// <summary>A repeat is told of the very order, and no other key has it.</summary>
    private const string Answers = """
        select r.order_id::text, concat_ws('; ',
            case when r.status_code <> 202 then 'answered ' || r.status_code end,
            case when convert_from(r.body, 'UTF8')::jsonb ->> 'orderId' is distinct from r.order_id::text
                then 'the answer names ' || (convert_from(r.body, 'UTF8')::jsonb ->> 'orderId') end,
            case when twice.keys > 1 then twice.keys || ' keys' end)
        from requests.accepted_request r
        cross join lateral (select count(*) as keys from requests.accepted_request where order_id = r.order_id) twice
        where r.order_id = any($1::uuid[]) and (
            r.status_code <> 202 or twice.keys > 1
            or convert_from(r.body, 'UTF8')::jsonb ->> 'orderId' is distinct from r.order_id::text)
        """;

    private const string Changed =
        "select order_id::text from requests.accepted_request where created_at >= $1 and created_at < $2";

    private const string Walk = """
        select order_id::text from requests.accepted_request
        where order_id > coalesce(nullif($1, '')::uuid, '00000000-0000-0000-0000-000000000000') order by order_id limit $2
        """;

    public static IReadOnlyList<AuditCheck> Checks(NpgsqlDataSource requests, NpgsqlDataSource reads) =>
    [
        new()
        {
            Name = "I5", Source = requests, Changed = Changed, Walk = Walk, Judge = AuditCheck.By(requests, Answers),
        },
        new()
        {
            Name = "I3 accepted",
            Source = requests,
            Changed = Changed,
            Walk = Walk,
            Lag = Deadline,
            Judge = async (subjects, cancellationToken) =>
            {
                var old = await Old(requests, subjects, cancellationToken);
                await using var command = reads.CreateCommand("""
                    select s::text, 'was answered 202, and there is no such order' from unnest($1) s
                    where not exists (select from orders.order_state_view o where o.id = s)
                    """);
                command.Parameters.AddWithValue(old);
                return await AuditCheck.Read(command, cancellationToken);
            },
        },
    ];

    private static async Task<Guid[]> Old(NpgsqlDataSource requests, string[] subjects, CancellationToken cancellationToken)
    {
        await using var command = requests.CreateCommand("""
            select order_id from requests.accepted_request
            where order_id = any($1::uuid[]) and created_at < now() - interval '15 minutes'
            """);
        command.Parameters.AddWithValue(subjects);
        var old = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) old.Add(reader.GetGuid(0));
        return [.. old];
    }
}

/// <summary>Judges the accepted requests' invariants a little at a time.</summary>
[DisallowConcurrentExecution]
internal sealed class AuditRequestsJob(Database<RequestsDbContext> database, ReadsDatabase reads) : IJob
{
    private readonly AuditBook _book = new(database.Source, RequestsDbContext.Schema);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        foreach (var check in RequestsAudit.Checks(database.Source, reads.Source))
            await _book.Evaluate(check, cancellationToken);
    }
}
