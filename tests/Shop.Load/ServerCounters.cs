using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Shop.Load;

/// <summary>What the servers themselves have counted up to one moment, and what that moment is by the database.</summary>
internal sealed record ServerCounters
{
    public required DateTimeOffset At { get; init; }
    public required long Transactions { get; init; }
    public required decimal WalBytes { get; init; }

    /// <summary>Null when the broker's management is not known or has no figures.</summary>
    public required long? Published { get; init; }

    public required long? Delivered { get; init; }

    public static async Task<ServerCounters> Read(
        NpgsqlDataSource database, Uri? rabbitMq, CancellationToken cancellationToken)
    {
        var (published, delivered) = await Broker(rabbitMq, cancellationToken);
        await using var command = database.CreateCommand(
            """
            select clock_timestamp(), xact_commit + xact_rollback, pg_current_wal_lsn() - '0/0'::pg_lsn
            from pg_stat_database where datname = current_database()
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new ServerCounters
        {
            At = reader.GetFieldValue<DateTimeOffset>(0),
            Transactions = reader.GetInt64(1),
            WalBytes = reader.GetDecimal(2),
            Published = published,
            Delivered = delivered,
        };
    }

    private static async Task<(long? Published, long? Delivered)> Broker(
        Uri? management, CancellationToken cancellationToken)
    {
        if (management is null)
            return (null, null);
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
                ? (Count(stats, "publish"), Count(stats, "deliver_get"))
                : (0, 0);
        }
        catch (Exception failed) when (failed is HttpRequestException or JsonException
            || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            await Console.Error.WriteLineAsync($"The broker's management does not say how many messages: {failed.Message}");
            return (null, null);
        }
    }

    private static long Count(JsonElement stats, string name) =>
        stats.ValueKind == JsonValueKind.Object && stats.TryGetProperty(name, out var count) ? count.GetInt64() : 0;
}
