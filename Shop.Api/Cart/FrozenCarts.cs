using Shop.Api.Requests;
using StackExchange.Redis;

namespace Shop.Api.Cart;

/// <summary>A cart taken out of reach to be ordered, or why there is none.</summary>
internal abstract record Freezing
{
    /// <param name="Generation">Which the order has to spend.</param>
    /// <param name="Lines">All that is bought.</param>
    public sealed record Frozen(Guid Generation, IReadOnlyList<CartLine> Lines) : Freezing;

    /// <param name="IsUnderWay">Since a checkout under way has everything.</param>
    public sealed record Empty(bool IsUnderWay) : Freezing;

    /// <summary>A checkout under this very key is under way.</summary>
    public sealed record Running : Freezing;

    /// <summary>Too many checkouts of this cart are under way.</summary>
    public sealed record Busy : Freezing;
}

/// <summary>
/// Freezes carts while they are ordered: what is added meanwhile is none of the order's. A frozen cart is the order's once
/// its generation is spent on one in the database; otherwise it goes back into the cart. Whoever comes upon one whose
/// checkout has died settles it, by the database's word.
/// </summary>
internal sealed partial class FrozenCarts(
    CartRedis redis, CartStore carts, SpentCarts spent, TimeProvider time, ILogger<FrozenCarts> logger)
{
    private const int MostAtOnce = 8;
    private const int Attempts = 3;

    /// <summary>
    /// For a checkout to end before it is taken for dead. One that was not is refused by the database, so this decides
    /// about patience alone.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static string NewGeneration(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("N");

    /// <summary>Takes all lines out of the cart, to be ordered or thawed.</summary>
    /// <param name="owner">Whose cart.</param>
    /// <param name="key">The checkout's idempotency key.</param>
    public async Task<Freezing> Freeze(string owner, string key)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await redis.Run(FreezeScripts.Freeze, redis.Keys(owner),
                [CartRedis.TimeToLive(owner), key, NewGeneration(time.GetUtcNow()), MostAtOnce]);
            if (answer.Length < 0) return new Freezing.Busy();
            var cart = CartState.Read(answer);
            if (cart.Lines.Count > 0)
                return new Freezing.Frozen(Guid.ParseExact((string)answer[4]!, "N"), cart.Lines);
            if (cart.Frozen.Count == 0) return new Freezing.Empty(IsUnderWay: false);
            if (attempt < Attempts && await Settle(owner, cart.Frozen)) continue;
            return cart.Frozen.Any(frozen => frozen.Key == key)
                ? new Freezing.Running()
                : new Freezing.Empty(IsUnderWay: true);
        }
    }

    /// <summary>Puts everything back, once, whether it is still frozen or not; what an order has is left out.</summary>
    public async Task Thaw(
        string owner, Guid generation, IReadOnlyList<(string Sku, int Quantity)>? ordered = null)
    {
        ordered ??= [];
        var arguments = new RedisValue[4 + 2 * ordered.Count];
        arguments[0] = CartRedis.TimeToLive(owner);
        arguments[1] = Name(generation);
        arguments[2] = NewGeneration(time.GetUtcNow());
        arguments[3] = CartLine.MostOfOne;
        for (var i = 0; i < ordered.Count; i++)
            (arguments[4 + 2 * i], arguments[5 + 2 * i]) = ordered[i];
        await redis.Run(FreezeScripts.Thaw, redis.Keys(owner), arguments);
    }

    /// <summary>It has become an order.</summary>
    public Task Drop(string owner, Guid generation) => redis.DeleteField(redis.Frozen(owner), Name(generation));

    /// <summary>The cart with nothing frozen in it that an order has, or that nobody is ordering any more.</summary>
    public async Task<CartState> Settled(string owner, CartState cart) =>
        cart.Frozen.Count > 0 && await Settle(owner, cart.Frozen) ? await carts.Read(owner) : cart;

    /// <returns>Whether any of them is frozen no more.</returns>
    public async Task<bool> Settle(string owner, IReadOnlyList<FrozenCart> frozen)
    {
        var known = await spent.Of([.. frozen.Select(cart => cart.Generation)]);
        var hasSettled = false;
        foreach (var cart in frozen)
        {
            if (!known.TryGetValue(cart.Generation, out var end))
            {
                if (cart.Age < Patience) continue;
                end = await spent.LetGo(cart.Generation);
                LogDead(cart.Generation, cart.Age.TotalSeconds, end.OrderId);
            }

            if (end.OrderId is null) await Thaw(owner, cart.Generation);
            else await Drop(owner, cart.Generation);
            hasSettled = true;
        }

        return hasSettled;
    }

    private static string Name(Guid generation) => generation.ToString("N");

    [LoggerMessage(LogLevel.Warning,
        "The checkout of cart {Generation} ended {Age} s ago without a word; it made order {OrderId} (none: put back).")]
    private partial void LogDead(Guid generation, double age, Guid? orderId);
}
