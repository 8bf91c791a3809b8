using System.Collections.Concurrent;

namespace Shop.Load;

/// <summary>What a stage's checkouts want: by its number alone, so that the same load comes however many serve it.</summary>
internal enum Wish
{
    /// <summary>There is enough of it.</summary>
    Plenty,

    /// <summary>There is less of it than is wanted.</summary>
    Scarce,

    /// <summary>With a card that is declined.</summary>
    Declined,
}

/// <summary>Goods of a stage, which no other stage sells.</summary>
internal sealed record StageGoods(string Plenty, string Scarce, int UnitsOfScarce);

/// <summary>
/// Buyers who order, send every fifth checkout a second time, and follow each order to its end; they put up with being
/// asked to come again, and with instances that go.
/// </summary>
internal sealed class ScaleLoad(Balancer shop, StageGoods goods, int seed)
{
    private const int ResentIn = 5;

    private static readonly string[] Under = ["RECEIVED", "PENDING_PAYMENT", "PAYMENT_UNKNOWN"];
    private static readonly string[] Bought = ["CONFIRMED", "SHIPPED", "DELIVERED"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BetweenPolls = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<Wish, int> _sent = new();
    private readonly ConcurrentDictionary<string, int> _ends = new(StringComparer.Ordinal);
    private int _taken;
    private long _later;

    public ConcurrentBag<Guid> Accepted { get; } = [];

    /// <summary>What came to nothing, and why.</summary>
    public ConcurrentBag<string> Failed { get; } = [];

    /// <summary>Answers that asked to come again later.</summary>
    public long Later => Volatile.Read(ref _later);

    public long Replays { get; private set; }

    public long ReplaysUnlike { get; private set; }

    /// <summary>How orders ended, as their buyers saw it.</summary>
    public IReadOnlyDictionary<string, int> Ends => _ends;

    /// <summary>How they have to end.</summary>
    public IReadOnlyDictionary<string, int> Expected
    {
        get
        {
            var scarce = _sent.GetValueOrDefault(Wish.Scarce);
            var sold = Math.Min(goods.UnitsOfScarce, scarce);
            return new Dictionary<string, int>(StringComparer.Ordinal)
            {
                ["CONFIRMED"] = _sent.GetValueOrDefault(Wish.Plenty) + sold,
                ["OUT_OF_STOCK"] = scarce - sold,
                ["PAYMENT_FAILED"] = _sent.GetValueOrDefault(Wish.Declined),
            };
        }
    }

    /// <param name="buyers">At once.</param>
    /// <param name="goesOn">Whether the checkout with this number, from 0, is still to be sent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task Run(int buyers, Func<int, bool> goesOn, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, buyers).Select(async _ =>
        {
            while (Interlocked.Increment(ref _taken) - 1 is var number && goesOn(number))
                await Visit(number, cancellationToken);
        }));

    private async Task Visit(int number, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var wish = WishOf(number);
        try
        {
            if (await Buy(number, wish, patience.Token) is { } failure) Failed.Add($"{wish}: {failure}");
            else _sent.AddOrUpdate(wish, 1, (_, count) => count + 1);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Failed.Add($"{wish}: not done in {Patience.TotalSeconds} s");
        }
        catch (HttpRequestException unanswered)
        {
            Failed.Add($"{wish}: {unanswered.Message}");
        }
    }

    /// <returns>Null, or what went wrong.</returns>
    private async Task<string?> Buy(int number, Wish wish, CancellationToken cancellationToken)
    {
        var sku = wish == Wish.Scarce ? goods.Scarce : goods.Plenty;
        var cart = await Ask(HttpMethod.Put, $"/cart/items/{sku}", new { quantity = 1 }, [], cancellationToken);
        if (cart.Status != 200 || cart.Session is not { } session) return $"the cart is answered {cart.Status}";

        (string, string)[] headers = [("Cookie", session), ("Idempotency-Key", Guid.NewGuid().ToString("N"))];
        var order = Order(number, wish);
        var accepted = await Ask(HttpMethod.Post, "/checkout", order, headers, cancellationToken);
        if (accepted.Status != 202) return $"the checkout is answered {accepted.Status}";
        var id = accepted.Json.GetProperty("orderId").GetGuid();
        Accepted.Add(id);
        if (number % ResentIn == 0)
        {
            var again = await Ask(HttpMethod.Post, "/checkout", order, headers, cancellationToken);
            Count(again.Status == 202 && again.Body.AsSpan().SequenceEqual(accepted.Body));
        }

        while (true)
        {
            var seen = await Ask(HttpMethod.Get, $"/orders/{id}", null, [("Cookie", session)], cancellationToken);
            if (seen.Status != 200) return $"the order is answered {seen.Status}";
            var status = seen.Json.GetProperty("status").GetString()!;
            if (!Under.Contains(status))
            {
                _ends.AddOrUpdate(Bought.Contains(status) ? "CONFIRMED" : status, 1, (_, count) => count + 1);
                return null;
            }

            await Task.Delay(BetweenPolls, cancellationToken);
        }
    }

    /// <summary>Sends it until it is not asked to come again, which is no failure.</summary>
    private async Task<BalancedAnswer> Ask(
        HttpMethod method, string path, object? body, (string, string)[] headers, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await shop.Send(method, path, body, headers, cancellationToken);
            // A repeat may find the first still under way, at an instance that is going.
            var isUnderWay = answer.Status == 409 && answer.Json.GetProperty("code").GetString() == "idempotency-key-in-flight";
            if (!isUnderWay && answer.Status is not (429 or 503)) return answer;
            Interlocked.Increment(ref _later);
            await Task.Delay(answer.RetryAfter ?? BetweenPolls, cancellationToken);
        }
    }

    private void Count(bool isAlike)
    {
        lock (_ends)
        {
            Replays++;
            if (!isAlike) ReplaysUnlike++;
        }
    }

    private Wish WishOf(int number) => new Random(unchecked((seed * 397) ^ (number * 7919))).Next(10) switch
    {
        < 5 => Wish.Plenty,
        < 8 => Wish.Scarce,
        _ => Wish.Declined,
    };

    private static object Order(int number, Wish wish) => new
    {
        email = $"scale{number}@example.org",
        shippingAddress = new
        {
            name = "Ada Example", line1 = "1 Sample Street", line2 = (string?)null, city = "Springfield", region = "IL",
            postalCode = "62701", country = "US",
        },
        shippingMethod = "STANDARD",
        paymentMethod = wish == Wish.Declined ? "pm_card_chargeDeclined" : "pm_card_visa",
    };
}
