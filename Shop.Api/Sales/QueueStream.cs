using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Shop.Api.Http;
using Shop.Api.Orders;
using Shop.Messaging.GroupCommit;
using StackExchange.Redis;

namespace Shop.Api.Sales;

/// <summary>
/// Server-Sent Events of somebody's place. Streams look every second, those of one moment together; they count as streams of
/// orders do, and have the same limits.
/// </summary>
internal sealed class QueueStream(
    string sku, string owner, ActiveSales sales, WaitingRooms rooms, OrderStreams streams) : IResult
{
    private const int ShortestRetryMs = 1_000;
    private const int LongestRetryMs = 3_000;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

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
            // Its time is over, or the host's: the client comes again, and has the same place.
        }
        finally
        {
            streams.Leave(owner);
        }
    }

    private async Task Write(HttpContext context, CancellationToken ends)
    {
        var response = context.Response;
        response.ContentType = OrderStream.ContentType;
        response.Headers.CacheControl = Failures.Private;
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        Put(response.BodyWriter, string.Create(
            CultureInfo.InvariantCulture, $"retry: {Random.Shared.Next(ShortestRetryMs, LongestRetryMs)}\n\n"));
        using var timer = new PeriodicTimer(Pace, streams.Time);
        var (told, spokeAt) = ("", streams.Time.GetTimestamp());
        do
        {
            if (await Look() is { } view && view.Mark != told)
            {
                Put(response.BodyWriter, view);
                (told, spokeAt) = (view.Mark, streams.Time.GetTimestamp());
                await response.BodyWriter.FlushAsync(ends);
                if (view.State == QueueState.Ended) return;
            }
            else if (streams.Time.GetElapsedTime(spokeAt) >= streams.Options.Heartbeat)
            {
                Put(response.BodyWriter, ":\n\n");
                spokeAt = streams.Time.GetTimestamp();
                await response.BodyWriter.FlushAsync(ends);
            }
        }
        while (await timer.WaitForNextTickAsync(ends));
    }

    /// <returns>Null while it is not to be known: streams stay open, their clients are no better off asking elsewhere.</returns>
    private async Task<QueueView?> Look()
    {
        if (sales.Find(sku) is not { } sale) return null;
        try
        {
            return await SaleEndpoints.View(sale, owner, rooms);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or CoalescerFullException)
        {
            return null;
        }
    }

    private static void Put(IBufferWriter<byte> body, QueueView view)
    {
        Put(body, "event: place\ndata: ");
        body.Write(JsonSerializer.SerializeToUtf8Bytes(view, ShopJson.Wire.QueueView));
        Put(body, "\n\n");
    }

    private static void Put(IBufferWriter<byte> body, string text) => Encoding.UTF8.GetBytes(text, body);
}
