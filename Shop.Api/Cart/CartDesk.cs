using System.Text.Json;
using Shop.Api.Catalog;
using Shop.Api.Http;

namespace Shop.Api.Cart;

/// <summary>
/// What callers do to their carts. Whoever has just logged in finds in their cart what they had put into it as a guest,
/// whatever they ask for first.
/// </summary>
internal sealed class CartDesk(
    CartStore carts, FrozenCarts frozen, CartMerges merges, CartGoods goods, ShippingEstimates shipping)
{
    public async Task<IResult> Show(Caller caller)
    {
        await Merge(caller);
        return await Show(caller.Owner, caller.Owner is null ? null : await carts.Read(caller.Owner));
    }

    /// <summary>Adds so many, or makes a line of so many; 0 removes it.</summary>
    public async Task<IResult> Put(Caller caller, string sku, int quantity, bool adds)
    {
        if (quantity == 0) return await Remove(caller, sku);
        if (!Sku.IsWellFormed(sku) || await goods.Find(sku) is not { } good)
            return Problems.NotFound.Because("There is no product with this SKU.");
        if (!good.Price.Active)
        {
            return Problems.ProductUnavailable.With(new Problem
            {
                Detail = "This product is not for sale now.",
                Skus = [sku],
            });
        }

        await Merge(caller);
        var owner = caller.OwnerForWriting();
        var change = adds
            ? await carts.Add(owner, sku, quantity, good.Price.Amount)
            : await carts.Set(owner, sku, quantity, good.Price.Amount);
        return change.Refusal switch
        {
            null => await Show(owner, change.Cart),
            CartRefusal.TooManyLines => Problems.Invalid("sku", $"A cart has at most {CartLine.MostLines} lines."),
            CartRefusal.OtherCurrency => Problems.Invalid("sku", "Its price is in another currency than the cart's."),
            _ => Problems.Invalid("quantity", $"A line has at most {CartLine.MostOfOne}."),
        };
    }

    /// <summary>What can be no SKU is in no cart, and may be the name of something else in Redis.</summary>
    public async Task<IResult> Remove(Caller caller, string sku)
    {
        if (!Sku.IsWellFormed(sku)) return await Show(caller);
        await Merge(caller);
        return await Show(caller.Owner, caller.Owner is null ? null : await carts.Remove(caller.Owner, sku));
    }

    public async Task<IResult> Clear(Caller caller)
    {
        await Merge(caller);
        if (caller.Owner is not null) await carts.Clear(caller.Owner);
        return TypedResults.NoContent();
    }

    /// <summary>Brings what a person had as a guest, once.</summary>
    /// <returns>Whether there was anything.</returns>
    public async ValueTask<bool> Merge(Caller caller) =>
        caller is { Owner: { } person, Guest: { } guest } && await merges.Merge(guest, person);

    private async Task<IResult> Show(string? owner, CartState? cart)
    {
        cart = owner is null || cart is null ? CartState.Empty : await frozen.Settled(owner, cart);
        var lines = cart.Whole();
        var view = CartView.Of(lines, await goods.Of(lines), shipping);
        if (owner is null || cart.LeftOut.Count == 0) return new CartAnswer(view);
        carts.Forget(owner, cart.LeftOut);
        return new CartAnswer(view with { Notices = [.. cart.LeftOut.Select(CartNotice.Of)] });
    }
}

/// <summary>A cart in one piece: the length is known, so that it is not sent in chunks.</summary>
internal sealed class CartAnswer(CartView view) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(view, ShopJson.Wire.CartView);
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }
}
