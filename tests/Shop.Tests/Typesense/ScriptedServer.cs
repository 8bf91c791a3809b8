using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Shop.Tests.Typesense;

/// <summary>What a <see cref="ScriptedServer"/> says to a request.</summary>
internal sealed record Reply(int Status, string Body, string Type = "application/json");

/// <summary>
/// A listener on loopback that says what a test tells it to, and keeps what was said. It is not Typesense, and knows
/// nothing of it: whether what it says could come from there is a matter of <see cref="ApiSpec"/>.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<Exchange> _exchanges = [];

    private ScriptedServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>How it answers; may be changed while it runs.</summary>
    public required Func<Exchange, CancellationToken, Task<Reply>> Script { get; set; }

    public IReadOnlyList<Exchange> Exchanges
    {
        get
        {
            lock (_lock) return [.. _exchanges];
        }
    }

    /// <param name="script">How it answers.</param>
    /// <param name="port">Nought for a free one.</param>
    public static async Task<ScriptedServer> Start(Func<Exchange, CancellationToken, Task<Reply>> script, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var server = new ScriptedServer(builder.Build()) { Script = script };
        server._app.Run(server.Answer);
        await server._app.StartAsync();
        return server;
    }

    public static Task<ScriptedServer> Start(Reply reply) => Start((_, _) => Task.FromResult(reply));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var exchange = new Exchange
        {
            Method = context.Request.Method,
            Path = context.Request.Path.Value!,
            Query = [.. context.Request.Query.Select(one => KeyValuePair.Create(one.Key, one.Value.ToString()))],
            ApiKey = context.Request.Headers["X-TYPESENSE-API-KEY"],
            ContentType = context.Request.ContentType,
            Body = await reader.ReadToEndAsync(context.RequestAborted),
        };
        var reply = await Script(exchange, context.RequestAborted);
        lock (_lock) _exchanges.Add(exchange with { Status = reply.Status, AnswerType = reply.Type, Answer = reply.Body });
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.Type;
        await context.Response.WriteAsync(reply.Body, context.RequestAborted);
    }
}
