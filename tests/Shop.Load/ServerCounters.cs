using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Shop.Load;

/// <summary>What PostgreSQL has counted up to one moment, and what that moment is by its clock.</summary>
internal sealed record DatabaseCounters(DateTimeOffset At, long Transactions, decimal WalBytes)
{
    public static async Task<DatabaseCounters> Read(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select clock_timestamp(), xact_commit + xact_rollback, pg_current_wal_lsn() - '0/0'::pg_lsn
            from pg_stat_database where datname = current_database()
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new DatabaseCounters(reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(1), reader.GetDecimal(2));
    }
}

/// <summary>What RabbitMQ has counted; its figures are some seconds old. Null when there are none to be had.</summary>
internal sealed record BrokerCounters(long? Published, long? Delivered)
{
    private static readonly BrokerCounters None = new(null, null);

    public static async Task<BrokerCounters> Read(Uri? management, CancellationToken cancellationToken)
    {
        if (management is null)
            return None;
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(management, "/api/overview"));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo))));
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var overview = await JsonDocument.ParseAsync(body, default, cancellationToken);
            return overview.RootElement.TryGetProperty("message_stats", out var stats)
                ? new BrokerCounters(Count(stats, "publish"), Count(stats, "deliver_get"))
                : new BrokerCounters(0, 0);
        }
        catch (Exception failed) when (failed is HttpRequestException or JsonException
            || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            await Console.Error.WriteLineAsync($"The broker does not say how many messages: {failed.Message}");
            return None;
        }
    }

    private static long Count(JsonElement stats, string name) =>
        stats.ValueKind == JsonValueKind.Object && stats.TryGetProperty(name, out var count) ? count.GetInt64() : 0;
}
