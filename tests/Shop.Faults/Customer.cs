using System.Buffers.Text;
using System.Text.Json;
using Shop.Load;

namespace Shop.Faults;

/// <summary>
/// One visit at a time: a fresh guest fills a cart and checks out, and does what customers do: sends again what got no
/// answer, presses the button fifty times, changes their mind. A request that got no answer is sent to the other
/// instance next. Everything is written down.
/// </summary>
internal sealed class Customer(Market market, int number)
{
    private const int AtOnce = 50;
    private const int MostFillings = 8;
    private const long CheckoutLimitMs = 90_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    private static readonly string[] OddCards =
    [
        "pm_card_chargeDeclined", "pm_card_lostResponse", "pm_card_errorAfterCharge", "pm_card_silentAfterCharge",
        "pm_card_slow_2", "pm_card_errorAfterChargeRecorded",
    ];

    private readonly Random _random = new(unchecked((market.Seed * 397) ^ (number * 7919)));
    private readonly Answer _answer = new();
    private int _turn = number;

    /// <summary>Comes again and again until the shop closes.</summary>
    public async Task Come(CancellationToken closing, CancellationToken cancellationToken)
    {
        await Task.Yield();
        while (!closing.IsCancellationRequested)
        {
            var what = _random.Next(100);
            (string, int)[] cart = what switch
            {
                < 20 => [(market.Wares.Scarce[_random.Next(market.Wares.Scarce.Count)], 1 + _random.Next(2))],
                < 30 => [(market.Wares.Pair.One, 1), (market.Wares.Pair.Other, 1)],
                < 40 => [(market.Wares.Pair.Other, 1), (market.Wares.Pair.One, 1)],
                _ => [.. Enumerable.Range(0, 1 + _random.Next(3))
                    .Select(_ => (market.Wares.Spread[_random.Next(market.Wares.Spread.Count)], 1 + _random.Next(2)))],
            };
            var card = _random.Next(100) < 12 ? OddCards[_random.Next(OddCards.Length)] : "pm_card_visa";
            var visit = market.Journal.Open("browse");
            if (await FillCart(visit, cart, cancellationToken))
            {
                await CheckOut(visit, card, _random.Next(60) == 0 ? AtOnce : 1, cancellationToken);
                await ThinkAgain(visit, card, cancellationToken);
            }

            await Task.Delay(market.Pause * _random.NextDouble(), closing)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Whether everything is in the cart; if not, nobody buys.</returns>
    public async Task<bool> FillCart(Visit visit, (string Sku, int Quantity)[] cart, CancellationToken cancellationToken)
    {
        foreach (var (sku, quantity) in cart)
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new { sku, quantity });
            var tries = 0;
            while (!await Send(shop => shop.CartItems, body, visit.Session, null, _answer, cancellationToken)
                || _answer.Status != 200)
            {
                if (++tries == MostFillings) return false;
                await Task.Delay(Pause, cancellationToken);
            }

            visit.Session = _answer.Session ?? visit.Session;
        }

        return true;
    }

    /// <summary>Waits in the room of a sale.</summary>
    /// <returns>Whether it is their turn; if not, it is sold out, or over.</returns>
    public async Task<bool> WaitForTurn(Visit visit, string sku, CancellationToken cancellationToken)
    {
        var until = Environment.TickCount64 + CheckoutLimitMs;
        while (Environment.TickCount64 < until)
        {
            if (await Send(shop => new Uri(shop.CartItems, $"/sales/{sku}/queue"), default, visit.Session, null, _answer,
                cancellationToken, HttpMethod.Get) && _answer.Status == 200)
            {
                var state = JsonBytes.Text(_answer.Body, "\"state\""u8);
                if (state.SequenceEqual("ADMITTED"u8)) return true;
                if (state.SequenceEqual("SOLD_OUT"u8) || state.SequenceEqual("ENDED"u8)) return false;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        return false;
    }

    /// <summary>Sends the checkout, so many times at once, and then until it is answered for good.</summary>
    public async Task CheckOut(Visit visit, string card, int atOnce, CancellationToken cancellationToken)
    {
        var body = Body(visit, card);
        visit.Outcome = VisitOutcome.Unanswered;
        if (atOnce > 1)
        {
            var answers = Enumerable.Range(0, atOnce).Select(_ => new Answer()).ToArray();
            market.Journal.Asks(visit, $"POST /checkout, {atOnce} at once");
            var sent = await Task.WhenAll(answers.Select(answer =>
                Send(shop => shop.Checkout, body, visit.Session, visit.Key, answer, cancellationToken)));
            foreach (var (answer, isAnswered) in answers.Zip(sent))
                if (isAnswered) Take(visit, answer, isAtOnce: true);
        }

        var until = Environment.TickCount64 + CheckoutLimitMs;
        while (visit.Outcome == VisitOutcome.Unanswered && Environment.TickCount64 < until)
        {
            market.Journal.Asks(visit, "POST /checkout");
            if (await Send(shop => shop.Checkout, body, visit.Session, visit.Key, _answer, cancellationToken))
                Take(visit, _answer, isAtOnce: false);
            else
                market.Journal.Hears(visit, "nothing", 0);
            if (visit.Outcome == VisitOutcome.Unanswered) await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Sends it again with its key, or cancels.</summary>
    private async Task ThinkAgain(Visit visit, string card, CancellationToken cancellationToken)
    {
        if (visit.Outcome != VisitOutcome.Accepted) return;
        switch (_random.Next(100))
        {
            case < 12:
                var repeats = 1 + _random.Next(2);
                for (var repeat = 0; repeat < repeats; repeat++)
                {
                    market.Journal.Asks(visit, "POST /checkout again");
                    if (await Send(shop => shop.Checkout, Body(visit, card), visit.Session, visit.Key, _answer, cancellationToken))
                        Take(visit, _answer, isAtOnce: false);
                }

                break;
            case < 36:
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(250)), cancellationToken);
                await Cancel(visit, cancellationToken);
                break;
        }
    }

    private async Task Cancel(Visit visit, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostFillings; tries++)
        {
            market.Journal.Asks(visit, "POST cancel");
            if (await Send(shop => new Uri($"{shop.Order(visit.OrderId!.Value)}/cancel"), default, visit.Session, null, _answer, cancellationToken))
            {
                market.Journal.Hears(visit, "cancel", _answer.Status, visit.OrderId);
                if (_answer.Status is 202 or 409) return;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Holds an answer against what was answered before.</summary>
    private void Take(Visit visit, Answer answer, bool isAtOnce)
    {
        Guid? order = answer.Status == 202
            && Utf8Parser.TryParse(JsonBytes.Text(answer.Body, "\"orderId\""u8), out Guid id, out _) ? id : null;
        market.Journal.Hears(visit, "checkout", answer.Status, order);
        switch (answer.Status)
        {
            case 202 when visit.Outcome == VisitOutcome.Accepted:
                visit.Repeats++;
                if (!answer.Body.SequenceEqual(visit.Body)) visit.Unlike++;
                break;
            case 202:
                visit.Unlike += visit.Outcome == VisitOutcome.Refused ? 1 : 0;
                (visit.Outcome, visit.OrderId, visit.Body) = (VisitOutcome.Accepted, order, answer.Body.ToArray());
                break;
            // The first is under way, or the shop is not well: nothing is decided.
            case 409 when JsonBytes.Text(answer.Body, "\"code\""u8).SequenceEqual("idempotency-key-in-flight"u8):
            case 429 or >= 500:
                break;
            case var _ when visit.Outcome == VisitOutcome.Accepted:
                visit.Repeats++;
                visit.Unlike++;
                break;
            case var _ when isAtOnce:
                visit.Refusal ??= Refusal(answer);
                break;
            default:
                (visit.Outcome, visit.Refusal) = (VisitOutcome.Refused, Refusal(answer));
                break;
        }
    }

    private static string Refusal(Answer answer) =>
        $"{answer.Status} {System.Text.Encoding.UTF8.GetString(JsonBytes.Text(answer.Body, "\"code\""u8))}";

    private static byte[] Body(Visit visit, string card) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        email = visit.Email,
        shippingAddress = new
        {
            name = "Ada Example",
            line1 = "1 Sample Street",
            line2 = (string?)null,
            city = "Springfield",
            region = "IL",
            postalCode = "62701",
            country = "US",
        },
        shippingMethod = "STANDARD",
        paymentMethod = card,
    });

    /// <summary>To the next instance.</summary>
    /// <returns>Whether an answer came.</returns>
    private async Task<bool> Send(
        Func<ShopClient, Uri> uri, ReadOnlyMemory<byte> body, string? session, string? key, Answer answer,
        CancellationToken cancellationToken, HttpMethod? method = null)
    {
        var client = market.Apis[(int)((uint)Interlocked.Increment(ref _turn) % (uint)market.Apis.Count)];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerLimit);
        try
        {
            await client.Send(method ?? HttpMethod.Post, uri(client), body, session, key, answer, limit.Token);
            return true;
        }
        catch (Exception silent) when (silent is HttpRequestException or IOException
            || (silent is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
