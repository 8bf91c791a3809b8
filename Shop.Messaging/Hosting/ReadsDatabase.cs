using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Shop.Messaging.Hosting;

/// <summary>The views that other contexts publish, through a role that can read these and nothing else.</summary>
public sealed class ReadsDatabase(NpgsqlDataSource source)
{
    public NpgsqlDataSource Source { get; } = source;
}

public static class Reads
{
    public static void AddReads(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(new ReadsDatabase(builder.DataSource("Reads")));
        builder.Services.AddHealthChecks().AddCheck<ReadsHealth>("reads", timeout: TimeSpan.FromSeconds(5));
    }
}

internal sealed class ReadsHealth(ReadsDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Source.CreateCommand("select 1");
            command.CommandTimeout = 2;
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
