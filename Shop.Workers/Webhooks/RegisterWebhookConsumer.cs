using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Shop.Contracts.Webhooks;

namespace Shop.Workers.Webhooks;

/// <summary>
/// Registers an address, unless its owner has enough. Those of one owner are counted one after the other, so that two
/// that come at once are not both the last.
/// </summary>
internal sealed partial class RegisterWebhookConsumer(
    WebhooksDbContext database, ILogger<RegisterWebhookConsumer> logger) : IConsumer<RegisterWebhook>
{
    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended('webhooks of ' || $1, 0))";

    private const string InsertSql = """
        insert into webhooks.endpoint (id, owner, url, description, sealed_secret, status)
        select $1, $2, $3, $4, $5, 'ACTIVE'
        where (select count(*) from webhooks.endpoint where owner = $2) < $6
        on conflict (id) do nothing
        """;

    public async Task Consume(ConsumeContext<RegisterWebhook> context)
    {
        var command = context.Message;
        var connection = (NpgsqlConnection)database.Database.GetDbConnection();
        await using (var wait = new NpgsqlCommand(LockSql, connection))
        {
            wait.Parameters.Add(new NpgsqlParameter<string> { TypedValue = command.Owner });
            await wait.ExecuteNonQueryAsync(context.CancellationToken);
        }

        await using var insert = new NpgsqlCommand(InsertSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = command.WebhookId },
                new NpgsqlParameter<string> { TypedValue = command.Owner },
                new NpgsqlParameter<string> { TypedValue = command.Url },
                new NpgsqlParameter { Value = (object?)command.Description ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter<byte[]> { TypedValue = command.SealedSecret },
                new NpgsqlParameter<long> { TypedValue = RegisterWebhook.MostOfOwner },
            },
        };
        if (await insert.ExecuteNonQueryAsync(context.CancellationToken) == 0) LogDropped(command.WebhookId);
    }

    [LoggerMessage(LogLevel.Information, "Webhook {WebhookId} is not registered: its owner has enough, or it is there.")]
    private partial void LogDropped(Guid webhookId);
}
