using Npgsql;
using NpgsqlTypes;
using Shop.Contracts.Webhooks;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Webhooks;

/// <summary>
/// Finds out who is to hear of the orders of a group, and writes it down: one statement for all of them, and none for
/// guests. An order whose owner has no webhook, as most, costs one look into an index.
/// </summary>
internal sealed class NewsCollector(TimeProvider time)
{
    /// <summary>Of one address; beyond it news are dropped. One that works has a handful.</summary>
    private const int MostPending = 1_000;

    /// <summary>
    /// What follows the first news of an order gives that one, which comes by another queue, time to be there.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private const string Sql = $"""
        insert into webhooks.delivery (
            id, endpoint_id, order_id, subject_id, sequence, type, body, status, attempts, due_at)
        select gen_random_uuid(), endpoint.id, news.order_id, news.subject_id, $5, $6, news.body, 'PENDING', 0, now() + $7
        from unnest($1, $2, $3, $4) as news (owner, order_id, subject_id, body)
        join webhooks.endpoint endpoint on endpoint.owner = news.owner
        where endpoint.status <> '{WebhookStatus.Disabled}' and (
            select count(*) from (
                select from webhooks.delivery pending
                where pending.endpoint_id = endpoint.id and pending.status = 'PENDING' limit $8) waiting) < $8
        order by endpoint.id, news.order_id, news.subject_id
        on conflict (endpoint_id, order_id, type, subject_id) do nothing
        """;

    public Task Collect<TEvent>(MessageGroup<TEvent> group, Func<TEvent, OrderNews> newsOf)
        where TEvent : class
    {
        Append(group.Batch, [.. group.Messages.Select(message => newsOf(message.Body))]);
        return Task.CompletedTask;
    }

    /// <param name="batch">Committed by the caller.</param>
    /// <param name="news">All of one type.</param>
    internal void Append(NpgsqlBatch batch, IReadOnlyList<OrderNews> news)
    {
        var heard = news.Where(one => one.IsOfPerson).ToList();
        if (heard.Count == 0) return;
        var at = time.GetUtcNow();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Sql)
        {
            Parameters =
            {
                Array(heard.Select(one => one.Owner!), NpgsqlDbType.Text),
                Array(heard.Select(one => one.OrderId), NpgsqlDbType.Uuid),
                Array(heard.Select(one => one.SubjectId), NpgsqlDbType.Uuid),
                Array(heard.Select(one => one.Body(at)), NpgsqlDbType.Text),
                new NpgsqlParameter<int> { TypedValue = heard[0].Sequence },
                new NpgsqlParameter<string> { TypedValue = heard[0].Type },
                new NpgsqlParameter<TimeSpan> { TypedValue = heard[0].Sequence == 1 ? TimeSpan.Zero : Grace },
                new NpgsqlParameter<long> { TypedValue = MostPending },
            },
        });
    }

    private static NpgsqlParameter Array<T>(IEnumerable<T> values, NpgsqlDbType type) =>
        new NpgsqlParameter<T[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type };
}
