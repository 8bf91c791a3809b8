using System.Collections.Concurrent;
using System.Text;

namespace Shop.Load;

/// <summary>Polls a sample of the orders as their clients would, when the answer says to, until they end.</summary>
internal sealed class Followers(ShopClient shop, Tally tally, CancellationToken cancellationToken)
{
    private const int Most = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentBag<Answer> _answers = [];
    private int _open;

    /// <summary>Followed, and not seen to end yet.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <param name="id">The order.</param>
    /// <param name="session">The cookie of its buyer.</param>
    /// <param name="sent">The timestamp that its latency counts from.</param>
    public void Follow(Guid id, string session, long sent)
    {
        if (Interlocked.Increment(ref _open) > Most)
        {
            Interlocked.Decrement(ref _open);
            tally.DoesNotFollow();
            return;
        }

        tally.Follows();
        _ = Run(id, session, sent);
    }

    private async Task Run(Guid id, string session, long sent)
    {
        await Task.Yield();
        if (!_answers.TryTake(out var answer))
            answer = new Answer();
        var ended = false;
        try
        {
            var uri = shop.Order(id);
            while (await Poll(uri, session, sent, answer) is { } wait)
                await Task.Delay(wait, cancellationToken);
            ended = true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run is over: counted below.
        }
        finally
        {
            if (!ended)
                tally.LeftUnfinished();
            _answers.Add(answer);
            Interlocked.Decrement(ref _open);
        }
    }

    /// <returns>How long to wait before the next poll; null when it has ended.</returns>
    private async Task<TimeSpan?> Poll(Uri uri, string session, long sent, Answer answer)
    {
        const string request = "GET /orders/{id}";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            tally.Sent();
            await shop.Send(HttpMethod.Get, uri, default, session, null, answer, patience.Token);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException
            || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            tally.Failed(request, "no answer");
            return TimeSpan.FromMilliseconds(500);
        }

        if (answer.Status != 200)
        {
            tally.Failed(request, $"{answer.Status}");
            return answer.RetryAfter ?? TimeSpan.FromMilliseconds(500);
        }

        if (Ended(answer.Body, sent))
            return null;
        var milliseconds = JsonBytes.Number(answer.Body, "\"pollAfterMs\""u8) ?? 250;
        return TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 20, 5_000));
    }

    private bool Ended(ReadOnlySpan<byte> order, long sent)
    {
        var status = JsonBytes.Text(order, "\"status\""u8);
        if (status.SequenceEqual("RECEIVED"u8) || status.SequenceEqual("PENDING_PAYMENT"u8)
            || status.SequenceEqual("PAYMENT_UNKNOWN"u8))
            return false;
        // One that has moved on was confirmed at some time before: it counts until it was seen.
        if (status.SequenceEqual("CONFIRMED"u8) || status.SequenceEqual("SHIPPED"u8)
            || status.SequenceEqual("DELIVERED"u8))
            Tally.Time(tally.ConfirmedLatency, sent);
        tally.FollowedTo(Encoding.UTF8.GetString(status));
        return true;
    }
}
