using System.Text.Json;
using Npgsql;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;
using Shop.Typesense;
using StackExchange.Redis;

namespace Shop.Api.Http;

/// <summary>
/// Around all routes: nothing is cached or run by a browser unless a route says so, and what fails or is answered with
/// a bare status becomes a problem. A dependency that is away or overrun is 503 with Retry-After; no exception's text reaches a client.
/// </summary>
internal sealed partial class Failures(RequestDelegate next, TimeProvider time, ILogger<Failures> logger)
{
    public const string Private = "private, no-store";

    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    private long _loggedAt;
    private int _unlogged;

    public async Task InvokeAsync(HttpContext context)
    {
        var response = context.Response;
        Prepare(context);
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception) when (!response.HasStarted)
        {
            response.Clear();
            Prepare(context);
            await Explain(exception, context).ExecuteAsync(context);
            return;
        }

        if (response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null })
            await Problems.OfStatus(response.StatusCode).ExecuteAsync(context);
    }

    private static void Prepare(HttpContext context)
    {
        context.Response.Headers.CacheControl = Private;
        SecurityHeaders.Set(context);
    }

    /// <summary>Whether a dependency is away, slow or overrun, so that trying again can help.</summary>
    public static bool IsOfDependency(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            // 40: rolled back, since others were in the way
            if (cause is PostgresException postgres)
                return Outage.IsOfTheServer(postgres) || postgres.SqlState[..2] is "40";
            if (cause is NpgsqlException or RedisException or TimeoutException or CoalescerFullException) return true;
            // Not found is an index that is still to be made.
            if (cause is TypesenseUnreachableException or TypesenseApiServiceUnavailableException
                or TypesenseApiNotFoundException) return true;
        }

        return false;
    }

    private ProblemResult Explain(Exception exception, HttpContext context)
    {
        if (exception is BadHttpRequestException bad)
            return bad.StatusCode == 400 ? Unreadable(bad) : Problems.OfStatus(bad.StatusCode);
        if (!IsOfDependency(exception))
        {
            LogUnexpected(exception, context.Request.Method, context.Request.Path);
            return Problems.OfStatus(500);
        }

        // The log of an outage is not to be an outage of its own.
        var loggedAt = Volatile.Read(ref _loggedAt);
        var unlogged = Interlocked.Increment(ref _unlogged);
        if ((loggedAt == 0 || time.GetElapsedTime(loggedAt) > BetweenLines)
            && Interlocked.CompareExchange(ref _loggedAt, time.GetTimestamp(), loggedAt) == loggedAt)
        {
            Interlocked.Add(ref _unlogged, -unlogged);
            LogOverloaded(exception.GetType().Name, exception.GetBaseException().Message, unlogged);
        }

        return Problems.Overloaded.Because(exception is RedisException or RedisTimeoutException
            ? "Carts cannot be reached now; all else goes on. Look at the cart before a change is repeated."
            : "Try again in a moment; nothing is half done.");
    }

    private static ProblemResult Unreadable(BadHttpRequestException bad)
    {
        if (bad.InnerException is not JsonException json) return Problems.OfStatus(400);
        var field = json.Path is null or "$" ? "body" : json.Path.TrimStart('$').TrimStart('.');
        return Problems.Invalid(field, json.Path is null or "$"
            ? "It must be a JSON object of the documented shape."
            : "It is unknown, given twice, or not of the documented type.");
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed.")]
    private partial void LogUnexpected(Exception exception, string method, string path);

    [LoggerMessage(LogLevel.Warning, "Answered {Count} requests with 503, the last for {Fault}: {Reason}")]
    private partial void LogOverloaded(string fault, string reason, int count);
}
