using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Shop.Api.Http;

namespace Shop.Api.Orders;

/// <summary>
/// Server-Sent Events (WHATWG HTML, 9.2) of one order, written by hand: the framework's result knows no comments, which
/// are what keeps an idle stream alive.
/// </summary>
internal sealed class OrderStream(OrderView order, string owner, int seen, OrderStreams streams, OrderWatch watch)
    : IResult
{
    public const string ContentType = "text/event-stream";

    private const int ShortestRetryMs = 1_000;
    private const int LongestRetryMs = 3_000;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (streams.Enter(owner) is { } refusal)
        {
            await refusal.ExecuteAsync(httpContext);
            return;
        }

        try
        {
            using var lifetime = new CancellationTokenSource(streams.Options.Lifetime, streams.Time);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(
                lifetime.Token, streams.Stopping, httpContext.RequestAborted);
            await Write(httpContext, ends.Token);
        }
        catch (OperationCanceledException) when (!httpContext.RequestAborted.IsCancellationRequested)
        {
            // Its time is over, or the host's: the client comes again, from where it was.
        }
        finally
        {
            streams.Leave(owner);
        }
    }

    private async Task Write(HttpContext context, CancellationToken ends)
    {
        var response = context.Response;
        response.ContentType = ContentType;
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        // Clients of a host that stops do not all come again at the same moment.
        Put(response.BodyWriter, string.Create(
            CultureInfo.InvariantCulture, $"retry: {Random.Shared.Next(ShortestRetryMs, LongestRetryMs)}\n\n"));
        foreach (var step in order.History)
            if (step.Sequence > seen) Put(response.BodyWriter, step);
        await response.BodyWriter.FlushAsync(ends);
        if (!order.Terminal) await Follow(response, ends);
    }

    private async Task Follow(HttpResponse response, CancellationToken ends)
    {
        using var watcher = watch.Watch(order.Id, order.History[^1].Sequence, order.Status);
        using var heart = new PeriodicTimer(streams.Options.Heartbeat, streams.Time);
        var beat = heart.WaitForNextTickAsync(ends).AsTask();
        var news = watcher.Steps.WaitToReadAsync(ends).AsTask();
        for (var isOver = false; !isOver;)
        {
            if (await Task.WhenAny(news, beat) == beat)
            {
                await beat;
                Put(response.BodyWriter, ":\n\n");
                beat = heart.WaitForNextTickAsync(ends).AsTask();
            }
            else
            {
                if (!await news) return;
                while (!isOver && watcher.Steps.TryRead(out var step))
                {
                    Put(response.BodyWriter, step);
                    isOver = OrderPace.IsTerminal(step.Status);
                }

                news = watcher.Steps.WaitToReadAsync(ends).AsTask();
            }

            await response.BodyWriter.FlushAsync(ends);
        }
    }

    private static void Put(IBufferWriter<byte> body, OrderStep step)
    {
        Put(body, string.Create(CultureInfo.InvariantCulture, $"id: {step.Sequence}\nevent: status\ndata: "));
        body.Write(JsonSerializer.SerializeToUtf8Bytes(step, ShopJson.Wire.OrderStep));
        Put(body, "\n\n");
    }

    private static void Put(IBufferWriter<byte> body, string text) => Encoding.UTF8.GetBytes(text, body);
}
