using System.Text.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Api.Cart;
using Shop.Api.Catalog;
using Shop.Api.Http;
using Shop.Api.Requests;
using Shop.Contracts.Orders;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Outbox;
using StackExchange.Redis;

namespace Shop.Api.Checkout;

/// <summary>
/// Accepts checkouts. A key that was accepted is answered from the record, whatever else is away. Otherwise the cart is
/// priced by the catalogue, and the request, its answer and the command that starts the order are one commit. Everything
/// after it (the broker, the cart) can fail without harm to the order.
/// </summary>
internal sealed partial class CheckoutDesk(
    AcceptedRequests requests,
    InFlight inFlight,
    CartStore carts,
    Prices prices,
    IOptions<ShippingOptions> shipping,
    MessageComposer composer,
    GroupCommitter<RequestsDbContext> committer,
    OutboxWriter<RequestsDbContext> outbox,
    TimeProvider time,
    ILogger<CheckoutDesk> logger)
{
    private static readonly TimeSpan TakesAgainWithin = TimeSpan.FromHours(1);
    private static readonly Guid Cause = new("0b7f8a52-6c0e-4d6f-9a53-2b1d7c6e4f10");

    public async Task<IResult> CheckOut(string owner, string key, byte[] fingerprint, CheckoutRequest request)
    {
        if (await requests.Find(owner, key) is { } earlier) return await Replay(earlier, fingerprint);
        switch (inFlight.Enter(owner, key))
        {
            case InFlight.Entry.Running:
                return Problems.KeyInFlight.Because("Repeat it when that one has been answered.");
            case InFlight.Entry.Full:
                return Problems.Overloaded.Because("Too many checkouts at once; nothing was ordered.");
        }

        try
        {
            var refusal = await Accept(owner, key, fingerprint, request);
            if (refusal is not ProblemResult) return refusal;
            // Another process may have accepted this key since it was looked up, and taken its order out of the cart.
            return await requests.Find(owner, key) is { } other ? await Replay(other, fingerprint) : refusal;
        }
        finally
        {
            inFlight.Leave(owner, key);
        }
    }

    private async Task<IResult> Accept(string owner, string key, byte[] fingerprint, CheckoutRequest request)
    {
        var cart = await carts.Read(owner);
        if (cart.Count == 0) return CartEmpty();
        var skus = new string[cart.Count];
        for (var i = 0; i < skus.Length; i++) skus[i] = cart[i].Sku;
        var charge = shipping.Value.Of(request.ShippingMethod!);
        return PriceRules.Price(cart, await prices.Of(skus), charge, request.ExpectedTotal?.ToMoney()) switch
        {
            Pricing.Agreed agreed => await Order(owner, key, fingerprint, request, agreed),
            Pricing.Changed changed => Problems.PriceChanged.With(new Problem
            {
                Detail = "Nothing was ordered. Agree to the new total by sending it as expectedTotal under a new key.",
                Lines = changed.Lines,
                Total = changed.Total,
            }),
            Pricing.Unavailable unavailable => Problems.ProductUnavailable.With(new Problem
            {
                Detail = "Nothing was ordered. Take these out of the cart.",
                Skus = unavailable.Skus,
            }),
            _ => throw new InvalidOperationException("There is no other way to price a cart."),
        };
    }

    private async Task<IResult> Order(
        string owner, string key, byte[] fingerprint, CheckoutRequest request, Pricing.Agreed agreed)
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
        await composer.Send(
            unit, command, MessageIds.Derive(command.OrderId, Cause, 0), command.OrderId, CancellationToken.None);
        try
        {
            await committer.Commit(unit);
        }
        catch (NpgsqlException)
        {
            // Another process was first with this key; or the connection broke, and only the table knows on which side
            // of the commit.
            if (await requests.Find(owner, key) is not { } known) throw;
            if (known.OrderId != command.OrderId) return await Replay(known, fingerprint);
        }

        outbox.DeliverLater(unit);
        await TakeFromCart(accepted);
        return new StoredAnswer(accepted, isReplay: false);
    }

    private async Task<IResult> Replay(AcceptedRequest earlier, byte[] fingerprint)
    {
        if (!Fingerprint.IsSame(earlier.Fingerprint, fingerprint))
            return Problems.KeyReused.Because("It belongs to a checkout with another payload. Use a new one.");
        // The first time may have failed to. Later the cart holds what is wanted next, and the mark is forgotten some day.
        if (time.GetUtcNow() - earlier.CreatedAt < TakesAgainWithin) await TakeFromCart(earlier);
        return new StoredAnswer(earlier, isReplay: true);
    }

    private async Task TakeFromCart(AcceptedRequest accepted)
    {
        try
        {
            await carts.Take(accepted.Owner, accepted.OrderId, accepted.Placed.Lines);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            LogNotTaken(accepted.OrderId, exception.GetType().Name);
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

    internal static ProblemResult CartEmpty() => Problems.CartEmpty.Because("There is nothing in it to order.");

    [LoggerMessage(LogLevel.Warning, "Order {OrderId} is accepted, but what it bought may still stand in its cart: {Fault}.")]
    private partial void LogNotTaken(Guid orderId, string fault);
}
