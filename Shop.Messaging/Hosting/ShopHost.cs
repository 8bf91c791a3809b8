using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Shop.Messaging.Scheduling;

namespace Shop.Messaging.Hosting;

/// <summary>What every host has: configuration, logs, metrics, traces, health, and the verb <c>migrate</c>.</summary>
public static class ShopHost
{
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        // No line shows its scopes, and a request opens one.
        builder.Services.Configure<LoggerFilterOptions>(filter => filter.CaptureScopes = false);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        // A command that fails is thrown, and logged by whoever cannot help it.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("MassTransit", LogLevel.Warning);
        // A retry is no news; what fails after all of them is parked, and said.
        builder.Logging.AddFilter("MassTransit.ReceiveTransport", LogLevel.Error);
        builder.Logging.AddFilter("Quartz", LogLevel.Warning);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("postgresql", timeout: TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<Readiness>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        AddTelemetry(builder);
        return builder;
    }

    /// <summary>Runs the host, or the verb that its arguments begin with.</summary>
    /// <param name="app">With all its routes but those of this class.</param>
    /// <param name="args">As the process got them.</param>
    /// <param name="verbs">The host's own verbs beside <c>migrate</c>.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(
        this WebApplication app, string[] args, IReadOnlyDictionary<string, Func<string[], Task<int>>>? verbs = null)
    {
        if (args is ["migrate", ..]) return await Migrate(app);
        if (args is [var verb, .. var rest] && verbs?.GetValueOrDefault(verb) is { } deed) return await deed(rest);
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.Map("/health/ready", app.Services.GetRequiredService<Readiness>().Answer);
        app.MapPrometheusScrapingEndpoint("/metrics");
        await app.RunAsync();
        return 0;
    }

    private static async Task<int> Migrate(WebApplication app)
    {
        foreach (var migration in app.Services.GetServices<IMigration>()) await migration.Run(CancellationToken.None);
        await RecurringJobs.Provision(app.Configuration.GetConnectionString("Messaging")!, CancellationToken.None);
        return 0;
    }

    private static void AddTelemetry(WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddMeter("Shop.*", "Npgsql", "Microsoft.AspNetCore.Server.Kestrel")
                .AddRuntimeInstrumentation()
                .AddPrometheusExporter())
            .WithTracing(tracing => tracing
                .AddSource("MassTransit")
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(
                    builder.Configuration.GetValue("Telemetry:SampledShare", 0.0)))));
        // A request that nobody is told of has its trace id all the same, and costs less.
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            telemetry.WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddOtlpExporter());
    }
}

/// <summary>Whether a context's database answers.</summary>
internal sealed class DatabaseHealth(IEnumerable<IDatabase> databases) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var failed = new List<string>();
        foreach (var database in databases)
        {
            var clock = Stopwatch.StartNew();
            try
            {
                await using var command = database.Source.CreateCommand("select 1");
                command.CommandTimeout = 2;
                await command.ExecuteScalarAsync(cancellationToken);
            }
            catch (NpgsqlException exception)
            {
                failed.Add($"{database.Name}: {exception.Message} after {clock.ElapsedMilliseconds} ms");
            }
        }

        return failed.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(string.Join("; ", failed));
    }
}
