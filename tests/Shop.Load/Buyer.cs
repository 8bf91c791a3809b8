using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Shop.Load;

/// <summary>What buyers share.</summary>
internal sealed record Market(
    BenchOptions Options,
    IReadOnlyList<string> Skus,
    ShopClient Shop,
    AcceptedOrders Accepted,
    Followers Followers,
    Tally Tally);

/// <summary>One visit at a time: a fresh guest fills a cart and checks out.</summary>
internal sealed class Buyer(Market market, int number)
{
    private const int MostAttempts = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(500);

    private readonly Random _random = new(HashOf(market.Options.Seed, number));
    private readonly Answer _answer = new();
    private readonly byte[] _body = new byte[1024];
    private long _visits;

    /// <param name="intended">The timestamp at which it was to begin.</param>
    /// <param name="cancellationToken">Gives the visit up.</param>
    /// <returns>How long the shop asks to wait before more is bought.</returns>
    public async Task<TimeSpan> Visit(long intended, CancellationToken cancellationToken)
    {
        // Coordinated omission (Gil Tene, "How NOT to Measure Latency"): a generator that waits for a slow server
        // before it sends again leaves out the very samples that would show it slow. Whoever arrives while all buyers
        // are busy therefore starts late, and that wait is part of what this customer sees.
        var late = Stopwatch.GetTimestamp() - intended;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        _visits++;
        try
        {
            return await FillCart(patience.Token) is { } session
                ? await CheckOut(session, late, patience.Token)
                : _answer.RetryAfter ?? TimeSpan.Zero;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            market.Tally.Failed("visit", $"given up after {Patience.TotalSeconds:0} s");
            return TimeSpan.Zero;
        }
    }

    /// <returns>The session, or null when nothing could be put into the cart.</returns>
    private async Task<string?> FillCart(CancellationToken cancellationToken)
    {
        const string request = "POST /cart/items";
        var isOneSku = market.Options.Sku is not null;
        var lines = isOneSku ? 1 : 1 + _random.Next(market.Options.MostLines);
        string? session = null;
        var filled = 0;
        for (var line = 0; line < lines; line++)
        {
            // Should the same come twice, its line grows.
            var sku = market.Skus[_random.Next(market.Skus.Count)];
            var began = Stopwatch.GetTimestamp();
            var measured = market.Tally.Measuring;
            var body = CartLine(sku, isOneSku ? 1 : 1 + _random.Next(2));
            if (!await Send(request, market.Shop.CartItems, body, session, null, cancellationToken))
                continue;
            session = _answer.Session ?? session;
            if (_answer.Status == 200)
            {
                filled++;
                if (measured)
                    Tally.Time(market.Tally.CartLatency, began);
            }
            else
            {
                market.Tally.Failed(request, $"{_answer.Status}");
            }
        }

        return filled > 0 ? session : null;
    }

    private async Task<TimeSpan> CheckOut(string session, long late, CancellationToken cancellationToken)
    {
        const string request = "POST /checkout";
        var key = Guid.NewGuid().ToString("N");
        var body = Order();
        var began = Stopwatch.GetTimestamp();
        var measured = market.Tally.Measuring;
        var attempts = 1;
        // Without an answer nobody knows whether it was accepted. The key makes it safe to send it again.
        while (!await Send(request, market.Shop.Checkout, body, session, key, cancellationToken))
        {
            if (attempts++ == MostAttempts)
                return BetweenAttempts;
            market.Tally.Retries();
            await Task.Delay(BetweenAttempts, cancellationToken);
        }

        if (_answer.Status != 202)
        {
            if (_answer is { Status: 429 or 503, RetryAfter: { } later })
            {
                market.Tally.IsTurnedAway();
                return later;
            }

            market.Tally.Failed(request, $"{_answer.Status}");
            return TimeSpan.Zero;
        }

        if (measured)
            Tally.Time(market.Tally.CheckoutLatency, began);
        if (!Utf8Parser.TryParse(JsonBytes.Text(_answer.Body, "\"orderId\""u8), out Guid id, out _))
        {
            market.Tally.Failed(request, "202 without orderId");
            return TimeSpan.Zero;
        }

        market.Accepted.Add(id, market.Tally.Measuring);
        if (measured && _random.Next(market.Options.Follow) == 0)
            market.Followers.Follow(id, session, began - late);
        if (market.Options.Resend > 0 && _random.Next(market.Options.Resend) == 0)
            await Resend(body, session, key, cancellationToken);
        return TimeSpan.Zero;
    }

    private async Task Resend(
        ReadOnlyMemory<byte> body, string session, string key, CancellationToken cancellationToken)
    {
        const string request = "POST /checkout again";
        var first = _answer.Body.ToArray();
        for (var time = 0; time < 2; time++)
        {
            if (!await Send(request, market.Shop.Checkout, body, session, key, cancellationToken))
                continue;
            market.Tally.Replayed(_answer is { Status: 202, IsReplayed: true } && _answer.Body.SequenceEqual(first));
        }
    }

    /// <returns>Whether an answer came.</returns>
    private async Task<bool> Send(
        string name,
        Uri uri,
        ReadOnlyMemory<byte> body,
        string? session,
        string? key,
        CancellationToken cancellationToken)
    {
        market.Tally.Sent();
        try
        {
            await market.Shop.Send(HttpMethod.Post, uri, body, session, key, _answer, cancellationToken);
            return true;
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            market.Tally.Failed(name, "no answer");
            _answer.Forget(BetweenAttempts);
            return false;
        }
    }

    private ReadOnlyMemory<byte> CartLine(string sku, int quantity)
    {
        var length = 0;
        Append("{\"sku\":\""u8, ref length);
        length += Encoding.UTF8.GetBytes(sku, _body.AsSpan(length));
        Append("\",\"quantity\":"u8, ref length);
        _body[length++] = (byte)('0' + quantity);
        _body[length++] = (byte)'}';
        return _body.AsMemory(0, length);
    }

    private ReadOnlyMemory<byte> Order()
    {
        var length = 0;
        Append("{\"email\":\"buyer"u8, ref length);
        length += Digits(number, length);
        Append("."u8, ref length);
        length += Digits(_visits, length);
        Append("@example.org"u8, ref length);
        Append(Addresses.Pick(_random), ref length);
        return _body.AsMemory(0, length);
    }

    private int Digits(long value, int at) =>
        Utf8Formatter.TryFormat(value, _body.AsSpan(at), out var written) ? written : 0;

    private void Append(ReadOnlySpan<byte> bytes, ref int length)
    {
        bytes.CopyTo(_body.AsSpan(length));
        length += bytes.Length;
    }

    // Unlike HashCode.Combine, the same in every process.
    private static int HashOf(int seed, int number) => unchecked((seed * 397) ^ (number * 7919));
}
