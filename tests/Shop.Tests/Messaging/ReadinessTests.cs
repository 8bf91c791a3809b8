using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Shop.Messaging.Hosting;
using Xunit;

namespace Shop.Tests.Messaging;

public sealed class ReadinessTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Checks _checks = new();
    private readonly Readiness _readiness;

    public ReadinessTests() => _readiness = new Readiness(_checks, _time);

    [Theory]
    [InlineData(HealthStatus.Healthy, 200)]
    [InlineData(HealthStatus.Degraded, 200)]
    [InlineData(HealthStatus.Unhealthy, 503)]
    public async Task Each_dependency_is_named_and_no_more_is_told(HealthStatus status, int expected)
    {
        _checks.Status = status;

        var (code, body) = await Ask();

        Assert.Equal(expected, code);
        Assert.Equal(
            """{"status":"X","dependencies":{"postgresql":{"status":"X","milliseconds":3}}}""",
            body.Replace($"{status}", "X", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flood_of_questions_asks_the_dependencies_once_a_second()
    {
        for (var i = 0; i < 100; i++) await Ask();
        Assert.Equal(1, _checks.Asked);

        _time.Advance(Readiness.Kept);

        await Ask();
        Assert.Equal(2, _checks.Asked);
    }

    [Fact]
    public async Task Those_who_ask_at_once_wait_for_the_same_answer_however_long_it_takes()
    {
        _checks.Gate = new TaskCompletionSource();
        var first = Ask();
        _time.Advance(TimeSpan.FromSeconds(5));
        var second = Ask();

        _checks.Gate.SetResult();

        Assert.Equal((await first).Status, (await second).Status);
        Assert.Equal(1, _checks.Asked);
    }

    private async Task<(int Status, string Body)> Ask()
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        await _readiness.Answer(context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()));
    }

    private sealed class Checks : HealthCheckService
    {
        public HealthStatus Status { get; set; }
        public TaskCompletionSource? Gate { get; set; }
        public int Asked { get; private set; }

        public override async Task<HealthReport> CheckHealthAsync(
            Func<HealthCheckRegistration, bool>? predicate, CancellationToken cancellationToken = default)
        {
            Asked++;
            if (Gate is not null) await Gate.Task;
            return new HealthReport(new Dictionary<string, HealthReportEntry>
            {
                ["postgresql"] = new(Status, "no role shop_reader at 10.1.2.3:5432", TimeSpan.FromMilliseconds(3), null, null),
            }, TimeSpan.FromMilliseconds(3));
        }
    }
}
