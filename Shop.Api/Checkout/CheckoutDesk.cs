using System.Text.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Api.Cart;
using Shop.Api.Catalog;
using Shop.Api.Http;
using Shop.Api.Orders;
using Shop.Api.Requests;
using Shop.Api.Sales;
using Shop.Contracts.Orders;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Outbox;
using StackExchange.Redis;

namespace Shop.Api.Checkout;

/// <summary>
/// Accepts checkouts. A key that was accepted is answered from the record, whatever else is away. Otherwise, if it is let
/// in, the cart is frozen and priced by the catalogue; and the request, its answer, the end of that cart and the command that
/// starts the order are one commit. Everything after it (the broker, Redis) can fail without harm to the order; before it,
/// the cart is put back.
/// </summary>
internal sealed partial class CheckoutDesk(
    AcceptedRequests requests,
    InFlight inFlight,
    CartDesk carts,
    FrozenCarts frozen,
    SpentCarts spent,
    OrderReads orders,
    Prices prices,
    SaleDoor sales,
    AdmissionGate gate,
    IOptions<ShippingOptions> shipping,
    MessageComposer composer,
    GroupCommitter<RequestsDbContext> committer,
    OutboxWriter<RequestsDbContext> outbox,
    TimeProvider time,
    ILogger<CheckoutDesk> logger)
{
    private static readonly Guid Cause = new("0b7f8a52-6c0e-4d6f-9a53-2b1d7c6e4f10");

    /// <param name="caller">Who has an owner.</param>
    /// <param name="key">The idempotency key.</param>
    /// <param name="fingerprint">Of the request.</param>
    /// <param name="request">Which is valid.</param>
    public async Task<IResult> CheckOut(Caller caller, string key, byte[] fingerprint, CheckoutRequest request)
    {
        var owner = caller.Owner!;
        if (await requests.Find(owner, key) is { } earlier) return Replay(earlier, fingerprint);
        if (gate.Refuse() is { } overloaded) return overloaded;
        switch (inFlight.Enter(owner, key))
        {
            case InFlight.Entry.Running:
                return CheckoutProblems.KeyInFlight();
            case InFlight.Entry.Full:
                return Problems.Overloaded.Because("Too many checkouts at once; nothing was ordered.");
        }

        try
        {
            // What somebody with the same session has put into the guest's cart is not bought unseen.
            var hasGrown = await carts.Merge(caller);
            var refusal = await Accept(owner, key, fingerprint, request, hasGrown);
            if (refusal is not ProblemResult) return refusal;
            // Another process may have accepted this key since it was looked up, and taken its order out of the cart.
            return await requests.Find(owner, key) is { } other ? Replay(other, fingerprint) : refusal;
        }
        finally
        {
            inFlight.Leave(owner, key);
        }
    }

    private async Task<IResult> Accept(
        string owner, string key, byte[] fingerprint, CheckoutRequest request, bool hasGrown)
    {
        switch (await frozen.Freeze(owner, key))
        {
            case Freezing.Running:
                return CheckoutProblems.KeyInFlight();
            case Freezing.Busy:
                return Problems.Overloaded.Because("Too many checkouts of this cart at once; nothing was ordered.");
            case Freezing.Empty empty:
                return empty.IsUnderWay
                    ? Problems.CartEmpty.Because("Another checkout has what was in it, and has not ended yet.")
                    : CheckoutProblems.CartEmpty();
            case Freezing.Frozen cart:
                var isOrderedOrUnknown = false;
                try
                {
                    var pricing = await Price(cart.Lines, request, hasGrown);
                    if (pricing is not Pricing.Agreed agreed) return CheckoutProblems.Of(pricing, hasGrown);
                    var onSale = sales.OnSale(agreed.Lines);
                    if (await sales.Refuse(owner, onSale) is { } refusal) return refusal;
                    isOrderedOrUnknown = true;
                    var answer = await Order(owner, key, fingerprint, request, cart.Generation, agreed);
                    if (onSale.Count > 0 && answer is StoredAnswer) await sales.Use(owner, onSale);
                    return answer;
                }
                finally
                {
                    if (!isOrderedOrUnknown) await PutBack(owner, cart.Generation);
                }

            default:
                throw new InvalidOperationException("There is no other way to freeze a cart.");
        }
    }

    private async Task<Pricing> Price(IReadOnlyList<CartLine> cart, CheckoutRequest request, bool hasGrown)
    {
        var skus = new string[cart.Count];
        for (var i = 0; i < skus.Length; i++) skus[i] = cart[i].Sku;
        var charge = shipping.Value.Of(request.ShippingMethod!);
        return PriceRules.Price(cart, await prices.Of(skus), charge, request.ExpectedTotal?.ToMoney(), hasGrown);
    }

    private async Task<IResult> Order(
        string owner, string key, byte[] fingerprint, CheckoutRequest request, Guid cart, Pricing.Agreed agreed)
    {
        // In whole milliseconds, which every store on the way keeps.
        var acceptedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var command = new SubmitCheckout
        {
            OrderId = Guid.CreateVersion7(acceptedAt),
            Owner = owner,
            Email = request.Email!,
            ShippingAddress = request.ShippingAddress!.ToAddress(),
            ShippingMethod = request.ShippingMethod!,
            PaymentMethod = request.PaymentMethod!,
            Lines = agreed.Lines,
            Shipping = agreed.Shipping,
            Total = agreed.Total,
            AcceptedAt = acceptedAt,
        };
        var accepted = Answer(key, fingerprint, command);
        var unit = new UnitOfWork();
        unit.Rows.Insert(accepted);
        unit.Rows.Insert(new SpentCart { CartId = cart, OrderId = command.OrderId });
        await composer.Send(
            unit, command, MessageIds.Derive(command.OrderId, Cause, 0), command.OrderId, CancellationToken.None);
        try
        {
            await committer.Commit(unit);
        }
        catch (CoalescerFullException)
        {
            await PutBack(owner, cart);
            throw;
        }
        catch (NpgsqlException)
        {
            if (await Resolve(accepted, cart) is { } refusal) return refusal;
        }

        gate.Accepted(command.OrderId);
        outbox.DeliverLater(unit);
        await TryInRedis(() => frozen.Drop(owner, cart), cart);
        return new StoredAnswer(accepted, isReplay: false);
    }

    /// <summary>
    /// After a commit that failed: another process was first with this key, or with this cart; or the connection broke, and
    /// only the tables know on which side of the commit.
    /// </summary>
    /// <returns>Null if it was accepted all the same.</returns>
    private async Task<IResult?> Resolve(AcceptedRequest accepted, Guid cart)
    {
        if (await requests.Find(accepted.Owner, accepted.Key) is { } known && known.OrderId != accepted.OrderId)
        {
            await PutBack(accepted.Owner, cart);
            return Replay(known, accepted.Fingerprint);
        }

        var end = await spent.LetGo(cart);
        if (end.OrderId == accepted.OrderId) return null;
        if (end.OrderId is not { } otherId)
        {
            await PutBack(accepted.Owner, cart);
            return Problems.Overloaded.Because("It took too long; nothing was ordered.");
        }

        // Redis had forgotten that it was ordered, which the table has not. What was bought is not sold again, even if
        // it cannot be told any more from what was added since.
        var other = await orders.Find(otherId, accepted.Owner);
        await TryInRedis(
            () => other is null
                ? frozen.Drop(accepted.Owner, cart)
                : frozen.Thaw(accepted.Owner, cart, [.. other.Lines.Select(line => (line.Sku, line.Quantity))]),
            cart);
        return Problems.CartEmpty.Because(
            $"What was in it is ordered already, as {otherId}. What was added since is in the cart.");
    }

    private static IResult Replay(AcceptedRequest earlier, byte[] fingerprint) =>
        Fingerprint.IsSame(earlier.Fingerprint, fingerprint)
            ? new StoredAnswer(earlier, isReplay: true)
            : Problems.KeyReused.Because("It belongs to a checkout with another payload. Use a new one.");

    private Task PutBack(string owner, Guid cart) => TryInRedis(() => frozen.Thaw(owner, cart), cart);

    /// <summary>What fails here is settled by the next who comes upon the frozen cart.</summary>
    private async Task TryInRedis(Func<Task> deed, Guid cart)
    {
        try
        {
            await deed();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            LogLeftFrozen(cart, exception.GetType().Name);
        }
    }

    private static AcceptedRequest Answer(string key, byte[] fingerprint, SubmitCheckout command)
    {
        var statusUrl = $"/orders/{command.OrderId}";
        var answer = new CheckoutAccepted(
            command.OrderId, OrderStatus.Received, command.Total, statusUrl, statusUrl + "/events");
        return new AcceptedRequest
        {
            Owner = command.Owner,
            Key = key,
            Fingerprint = fingerprint,
            OrderId = command.OrderId,
            StatusCode = StatusCodes.Status202Accepted,
            Headers = new Dictionary<string, string>
            {
                ["Content-Type"] = "application/json; charset=utf-8",
                ["Location"] = statusUrl,
                ["Retry-After"] = "1",
            },
            Body = JsonSerializer.SerializeToUtf8Bytes(answer, ShopJson.Wire.CheckoutAccepted),
            Placed = new AcceptedOrder(command.Lines, command.ShippingAddress, command.Total, command.AcceptedAt),
        };
    }

    [LoggerMessage(LogLevel.Warning, "Cart {Generation} stays frozen until its owner comes again: {Fault}.")]
    private partial void LogLeftFrozen(Guid generation, string fault);
}
