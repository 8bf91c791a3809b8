using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Api.Webhooks;

/// <summary>Addresses and what they heard, from the views of their context. Only ever their owner's.</summary>
internal sealed class WebhookReads(ReadsDatabase database)
{
    private const int PatienceInSeconds = 5;
    private const int MostDeliveries = 20;
    private const int MostWebhooks = 100;

    private const string Columns = "id, url, description, status, last_error, failed_at, created_at";

    private const string AllSql =
        $"select {Columns} from webhooks.endpoint_view where owner = $1 order by created_at desc, id limit $2";

    private const string FindSql =
        $"select {Columns} from webhooks.endpoint_view where owner = $1 and id = $2";

    private const string DeliveriesSql = """
        select id, order_id, type, sequence, status, attempts, response_status, last_error, created_at, next_attempt_at,
            settled_at
        from webhooks.delivery_view where endpoint_id = $1 order by created_at desc, sequence desc limit $2
        """;

    /// <summary>The newest first.</summary>
    public Task<IReadOnlyList<WebhookView>> All(string owner, CancellationToken cancellationToken) =>
        Read(AllSql, Webhook, cancellationToken,
            new NpgsqlParameter<string> { TypedValue = owner }, new NpgsqlParameter<int> { TypedValue = MostWebhooks });

    public async Task<bool> Has(Guid id, string owner, CancellationToken cancellationToken) =>
        await FindAlone(id, owner, cancellationToken) is not null;

    /// <returns>Null if there is none, or it is somebody else's.</returns>
    public async Task<WebhookDetail?> Find(Guid id, string owner, CancellationToken cancellationToken)
    {
        if (await FindAlone(id, owner, cancellationToken) is not { } webhook) return null;
        return new WebhookDetail
        {
            Id = webhook.Id,
            Url = webhook.Url,
            Description = webhook.Description,
            Status = webhook.Status,
            LastError = webhook.LastError,
            FailedAt = webhook.FailedAt,
            CreatedAt = webhook.CreatedAt,
            Deliveries = await Read(DeliveriesSql, Delivery, cancellationToken,
                new NpgsqlParameter<Guid> { TypedValue = id }, new NpgsqlParameter<int> { TypedValue = MostDeliveries }),
        };
    }

    private async Task<WebhookView?> FindAlone(Guid id, string owner, CancellationToken cancellationToken) =>
        (await Read(FindSql, Webhook, cancellationToken,
            new NpgsqlParameter<string> { TypedValue = owner }, new NpgsqlParameter<Guid> { TypedValue = id }))
        .SingleOrDefault();

    private async Task<IReadOnlyList<T>> Read<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = database.Source.CreateCommand(sql);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    private static WebhookView Webhook(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Url = row.GetString(1),
        Description = row.IsDBNull(2) ? null : row.GetString(2),
        Status = row.GetString(3),
        LastError = row.IsDBNull(4) ? null : row.GetString(4),
        FailedAt = row.IsDBNull(5) ? null : row.GetDateTime(5),
        CreatedAt = row.GetDateTime(6),
    };

    private static WebhookDeliveryView Delivery(NpgsqlDataReader row) => new(
        $"msg_{row.GetGuid(0):N}", row.GetGuid(1), row.GetString(2), row.GetInt32(3), row.GetString(4), row.GetInt32(5),
        row.IsDBNull(6) ? null : row.GetInt32(6), row.IsDBNull(7) ? null : row.GetString(7), row.GetDateTime(8),
        row.IsDBNull(9) ? null : row.GetDateTime(9), row.IsDBNull(10) ? null : row.GetDateTime(10));
}
