using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shop.Api.Http;
using Shop.Messaging.GroupCommit;
using StackExchange.Redis;
using Xunit;

namespace Shop.Tests.Api;

public sealed class ProblemTests
{
    public static TheoryData<Exception> OfDependencies =>
    [
        new NpgsqlException("connection refused"),
        new PostgresException("shutting down", "FATAL", "FATAL", "57P01"),
        new InvalidOperationException("wrapped", new NpgsqlException("connection refused")),
        new RedisException("no connection"),
        new CoalescerFullException("too many"),
        new TimeoutException("the broker did not take it"),
    ];

    [Fact]
    public async Task It_has_the_members_of_the_standard_and_ours()
    {
        using var activity = new Activity("request").Start();

        var (_, problem) = await Answer(context => Problems.KeyReused.Because("Why.").ExecuteAsync(context));

        Assert.Equal(
            ["code", "detail", "status", "title", "traceId", "type"],
            problem.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("urn:shop:problem:idempotency-key-reused", problem.GetProperty("type").GetString());
        Assert.Equal(422, problem.GetProperty("status").GetInt32());
        Assert.Equal(activity.TraceId.ToHexString(), problem.GetProperty("traceId").GetString());
    }

    [Fact]
    public async Task It_says_its_media_type_and_is_never_cached()
    {
        var (response, _) = await Answer(context => Problems.NotFound.Because("Why.").ExecuteAsync(context));

        Assert.Equal(404, response.StatusCode);
        Assert.Equal("application/problem+json", response.ContentType);
        Assert.Equal("private, no-store", response.Headers.CacheControl);
    }

    [Theory]
    [MemberData(nameof(OfDependencies))]
    public async Task A_dependency_that_is_away_is_told_with_a_time_to_come_back(Exception exception)
    {
        var (response, problem) = await Answer(_ => throw exception);

        Assert.Equal(503, response.StatusCode);
        Assert.Equal("1", response.Headers.RetryAfter);
        Assert.Equal("overloaded", problem.GetProperty("code").GetString());
        Assert.DoesNotContain(exception.Message, problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_ours_is_told_without_its_text()
    {
        var (response, problem) = await Answer(_ => throw new InvalidOperationException("secret"));

        Assert.Equal(500, response.StatusCode);
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "validation")]
    [InlineData(401, "unauthorized")]
    [InlineData(403, "forbidden")]
    [InlineData(404, "not-found")]
    [InlineData(405, "validation")]
    [InlineData(413, "validation")]
    [InlineData(415, "validation")]
    public async Task A_bare_status_becomes_a_problem(int status, string code)
    {
        var (response, problem) = await Answer(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, problem.GetProperty("code").GetString());
    }

    private static async Task<(HttpResponse Response, JsonElement Problem)> Answer(RequestDelegate route)
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        await new Failures(route, TimeProvider.System, NullLogger<Failures>.Instance).InvokeAsync(context);
        return (context.Response, JsonDocument.Parse(body.ToArray()).RootElement);
    }
}
