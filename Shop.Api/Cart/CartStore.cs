using Shop.Contracts;
using StackExchange.Redis;

namespace Shop.Api.Cart;

/// <summary>What became of a change: the cart as it is now, or why it stayed as it was.</summary>
internal sealed record CartChange(CartState? Cart, CartRefusal? Refusal = null);

internal enum CartRefusal
{
    TooManyLines,
    TooManyOfOne,
    OtherCurrency,
}

/// <summary>
/// Carts in Redis, a hash an owner, each change one step. They may be lost; no order depends on them.
/// </summary>
internal sealed class CartStore(CartRedis redis, TimeProvider time)
{
    public async Task<CartState> Read(string owner) =>
        CartState.Read(await redis.Run(CartScripts.Read, redis.Keys(owner), [CartRedis.TimeToLive(owner)]));

    /// <summary>Adds so many more of a SKU.</summary>
    public Task<CartChange> Add(string owner, string sku, int quantity, Money price) =>
        Put(owner, sku, quantity, price, adds: true);

    /// <summary>Makes a line of so many.</summary>
    public Task<CartChange> Set(string owner, string sku, int quantity, Money price) =>
        Put(owner, sku, quantity, price, adds: false);

    public async Task<CartState> Remove(string owner, string sku) =>
        CartState.Read(await redis.Run(CartScripts.Remove, redis.Keys(owner), [CartRedis.TimeToLive(owner), sku]));

    /// <summary>A checkout under way goes on with what it has, but nothing of it comes back.</summary>
    public Task Clear(string owner) => redis.Delete(redis.Cart(owner), redis.Frozen(owner));

    /// <summary>Its owner has been told of these; if this is lost, they are told again.</summary>
    public void Forget(string owner, IReadOnlyList<LeftOut> told)
    {
        if (told.Count > 0) redis.Remove(redis.Notes(owner), [.. told.Select(left => (RedisValue)left.Stored())]);
    }

    private async Task<CartChange> Put(string owner, string sku, int quantity, Money price, bool adds)
    {
        var now = time.GetUtcNow();
        var answer = await redis.Run(CartScripts.Put, redis.Keys(owner),
        [
            CartRedis.TimeToLive(owner), sku, quantity,
            CartLine.Tail(price, now.ToUnixTimeMilliseconds()), price.Currency, FrozenCarts.NewGeneration(now),
            adds ? 1 : 0, CartLine.MostLines, CartLine.MostOfOne,
        ]);
        if (answer.Length >= 0) return new CartChange(CartState.Read(answer));
        return new CartChange(null, (string?)answer switch
        {
            CartScripts.TooManyLines => CartRefusal.TooManyLines,
            CartScripts.OtherCurrency => CartRefusal.OtherCurrency,
            _ => CartRefusal.TooManyOfOne,
        });
    }
}
