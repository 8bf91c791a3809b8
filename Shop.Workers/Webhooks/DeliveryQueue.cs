using Npgsql;
using NpgsqlTypes;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Webhooks;

/// <summary>A delivery in hand. The lease is by its number of attempts.</summary>
internal sealed record DeliveryInHand(
    Guid Id, Guid EndpointId, string Body, int Attempts, string Url, byte[] SealedSecret)
{
    /// <summary>Printed, it tells neither address nor secret.</summary>
    public override string ToString() => $"{nameof(DeliveryInHand)} {{ Id = {Id}, Attempts = {Attempts} }}";
}

/// <summary>
/// What is to be delivered, and what became of it, by the database's clock. Of one order an address is given a delivery
/// only when those before it are delivered or given up.
/// </summary>
internal sealed class DeliveryQueue(Database<WebhooksDbContext> database)
{
    /// <summary>
    /// Of those that are due the longest, at most $2 for each address, and none for the busy addresses of $1, so that a
    /// slow one leaves room for the others.
    /// </summary>
    private const string ClaimSql = """
        with due as (
            select d.id, d.endpoint_id, d.due_at from webhooks.delivery d
            where d.status = 'PENDING' and d.due_at <= now() and d.endpoint_id <> all($1) and not exists (
                select from webhooks.delivery before
                where before.status = 'PENDING' and before.endpoint_id = d.endpoint_id and before.order_id = d.order_id
                    and (before.sequence, before.created_at, before.id) < (d.sequence, d.created_at, d.id))
            order by d.due_at limit 500
        ), fair as (
            select id from (
                select id, due_at, row_number() over (partition by endpoint_id order by due_at, id) as place from due) numbered
            where place <= $2 order by due_at limit $3
        ), mine as (
            select d.id from webhooks.delivery d
            where d.id in (select id from fair) and d.status = 'PENDING' and d.due_at <= now()
            for update skip locked
        )
        update webhooks.delivery d
        set due_at = now() + $4, attempts = d.attempts + 1
        from mine, webhooks.endpoint e
        where d.id = mine.id and e.id = d.endpoint_id
        returning d.id, d.endpoint_id, d.body, d.attempts, e.url, e.sealed_secret
        """;

    private const string DeliveredSql = """
        update webhooks.delivery
        set status = 'DELIVERED', settled_at = now(), response_status = $3, last_error = null
        where id = $1 and attempts = $2 and status = 'PENDING'
        """;

    private const string WorksSql = """
        update webhooks.endpoint set status = 'ACTIVE', last_error = null, failed_at = null
        where id = $1 and status <> 'DISABLED' and (status <> 'ACTIVE' or last_error is not null)
        """;

    /// <summary>$5 is the pause, spread by a fifth; null gives it up.</summary>
    private const string FailedSql = """
        update webhooks.delivery
        set status = case when $5::interval is null then 'GIVEN_UP' else 'PENDING' end,
            settled_at = case when $5::interval is null then now() end,
            due_at = coalesce(now() + $5::interval * (0.9 + 0.2 * random()), due_at),
            response_status = $3, last_error = $4
        where id = $1 and attempts = $2 and status = 'PENDING'
        """;

    private const string FailsSql = """
        update webhooks.endpoint
        set last_error = $2, failed_at = now(), status = case when $3 then 'FAILING' else status end
        where id = $1 and status <> 'DISABLED'
        """;

    private const string GiveAllUpSql = """
        update webhooks.delivery
        set status = 'GIVEN_UP', settled_at = now(), last_error = $2,
            response_status = case when id = $3 then $4 else response_status end
        where endpoint_id = $1 and status = 'PENDING'
        """;

    private const string DisableSql = """
        update webhooks.endpoint set status = 'DISABLED', last_error = $2, failed_at = now() where id = $1
        """;

    private const string ForgetSql = """
        delete from webhooks.delivery where id = any(array(
            select id from webhooks.delivery where settled_at < now() - $1 order by settled_at limit $2))
        """;

    /// <summary>Takes deliveries that are due.</summary>
    /// <param name="lease">For how long nobody else takes them.</param>
    /// <param name="busy">Addresses that get none now.</param>
    /// <param name="ofOne">The most for one address.</param>
    /// <param name="most">The most in all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<List<DeliveryInHand>> Claim(
        TimeSpan lease, IEnumerable<Guid> busy, int ofOne, int most, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ClaimSql);
        command.Parameters.Add(new NpgsqlParameter<Guid[]>
        {
            TypedValue = [.. busy], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
        });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = ofOne });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = lease });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var deliveries = new List<DeliveryInHand>();
        while (await reader.ReadAsync(cancellationToken))
            deliveries.Add(new DeliveryInHand(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4),
                reader.GetFieldValue<byte[]>(5)));
        return deliveries;
    }

    public Task Delivered(DeliveryInHand delivery, WebhookAnswer answer) => Write(
        Command(DeliveredSql, Uuid(delivery.Id), Int(delivery.Attempts), Int(answer.Status)),
        Command(WorksSql, Uuid(delivery.EndpointId)));

    /// <param name="delivery">In hand.</param>
    /// <param name="answer">Why.</param>
    /// <param name="pause">Until the next attempt; null gives it up, and marks its address as failing.</param>
    public Task Failed(DeliveryInHand delivery, WebhookAnswer answer, TimeSpan? pause) => Write(
        Command(FailedSql, Uuid(delivery.Id), Int(delivery.Attempts), Int(answer.Status), Text(answer.Error!),
            new NpgsqlParameter { Value = (object?)pause ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Interval }),
        Command(FailsSql, Uuid(delivery.EndpointId), Text(answer.Error!),
            new NpgsqlParameter<bool> { TypedValue = pause is null }));

    /// <summary>Its address wants nothing any more: nothing more is sent there.</summary>
    public Task Gone(DeliveryInHand delivery, WebhookAnswer answer) => Write(
        Command(GiveAllUpSql, Uuid(delivery.EndpointId), Text(answer.Error!), Uuid(delivery.Id), Int(answer.Status)),
        Command(DisableSql, Uuid(delivery.EndpointId), Text(answer.Error!)));

    /// <summary>Forgets, a bounded number at a time, what was settled longer ago than the age.</summary>
    public async Task<int> Forget(TimeSpan age, int most, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ForgetSql);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = age });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Deliveries before their address, in every case, so that nobody waits in a circle. Not to be broken off.
    /// </summary>
    private async Task Write(params NpgsqlBatchCommand[] commands)
    {
        await using var batch = database.Source.CreateBatch();
        foreach (var command in commands) batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static NpgsqlParameter<Guid> Uuid(Guid value) => new() { TypedValue = value };

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlParameter Int(int? value) =>
        new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer };
}
