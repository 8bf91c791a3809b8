using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Shop.Messaging.Hosting;

/// <summary>
/// Answers <c>/health/ready</c>: 200, or 503 if a dependency is away that the host cannot do without. Each is named, and
/// no more is told of it: why it is away is in the log, since it names servers and roles. What was found is told for a
/// second to everyone who asks, so that a flood of questions does not become one of the dependencies.
/// </summary>
internal sealed class Readiness(HealthCheckService checks, TimeProvider time)
{
    internal static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<HealthReport>? _report;
    private long _askedAt;

    public async Task Answer(HttpContext context)
    {
        var report = await Report().WaitAsync(context.RequestAborted);
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        response.StatusCode = report.Status == HealthStatus.Unhealthy
            ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        await response.WriteAsJsonAsync(new
        {
            status = report.Status.ToString(),
            dependencies = report.Entries.ToDictionary(entry => entry.Key, entry => new
            {
                status = entry.Value.Status.ToString(),
                milliseconds = (long)entry.Value.Duration.TotalMilliseconds,
            }),
        }, context.RequestAborted);
    }

    /// <summary>For all who ask at once, so that none of them can break it off.</summary>
    private Task<HealthReport> Report()
    {
        lock (_lock)
        {
            if (_report is null || (_report.IsCompleted && time.GetElapsedTime(_askedAt) >= Kept))
            {
                _askedAt = time.GetTimestamp();
                _report = checks.CheckHealthAsync(CancellationToken.None);
            }

            return _report;
        }
    }
}
