using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StandardWebhooks;

namespace Shop.IntegrationTests.Webhooks;

/// <summary>A call that came in, with what is needed to verify it.</summary>
internal sealed record ReceivedCall(string Path, IHeaderDictionary Headers, string Body)
{
    public string Id => Headers["webhook-id"].ToString();

    public string Type => JsonElement.Parse(Body).GetProperty("type").GetString()!;

    public JsonElement Data => JsonElement.Parse(Body).GetProperty("data");

    /// <summary>Throws if it is not signed with the secret.</summary>
    public void Verify(string secret) => new StandardWebhook(secret).Verify(Body, Headers);
}

/// <summary>A customer's server, which keeps a journal of what it is told and answers as each path was told to.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedCall> _calls = new();
    private readonly ConcurrentDictionary<string, Func<HttpContext, ReceivedCall, Task>> _answers = new();

    private Receiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(Take);
    }

    public string Address => _app.Urls.First();

    public static async Task<Receiver> Start()
    {
        var receiver = new Receiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public IReadOnlyList<ReceivedCall> CallsTo(string path) => [.. _calls.Where(call => call.Path == path)];

    /// <summary>From now on, at this path; others answer 204.</summary>
    public void Answer(string path, int status) => Answer(path, (context, _) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public void Answer(string path, Func<HttpContext, ReceivedCall, Task> answer) => _answers[path] = answer;

    public async ValueTask DisposeAsync()
    {
        using var impatient = new CancellationTokenSource();
        await impatient.CancelAsync();
        await _app.StopAsync(impatient.Token);
        await _app.DisposeAsync();
    }

    private async Task Take(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = new HeaderDictionary(context.Request.Headers.ToDictionary(field => field.Key, field => field.Value));
        var call = new ReceivedCall(context.Request.Path, headers, await reader.ReadToEndAsync(context.RequestAborted));
        _calls.Enqueue(call);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (_answers.TryGetValue(call.Path, out var answer)) await answer(context, call);
    }
}
