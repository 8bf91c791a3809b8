using Microsoft.Extensions.Options;
using Shop.Contracts;
using Shop.Contracts.Orders;
using Shop.Messaging.Hosting;
using StackExchange.Redis;

namespace Shop.Api.Cart;

/// <summary>What became of a change: the cart as it is now, or why it stayed as it was.</summary>
internal sealed record CartChange(IReadOnlyList<CartLine> Lines, CartRefusal? Refusal = null);

internal enum CartRefusal
{
    TooManyLines,
    TooManyOfOne,
    OtherCurrency,
}

/// <summary>Carts in Redis, a hash an owner. They may be lost; no order depends on them.</summary>
internal sealed class CartStore(IConnectionMultiplexer redis, IOptions<RedisOptions> options, TimeProvider time)
{
    private const int SecondsOfDay = 24 * 60 * 60;
    private const int PersonsDays = 30;
    private const int GuestsDays = 7;

    private readonly string _prefix = options.Value.KeyPrefix;

    /// <summary>In the order they were added.</summary>
    public async Task<IReadOnlyList<CartLine>> Read(string owner) =>
        Lines(await Run(CartScripts.Read, [Key(owner)], [TimeToLive(owner)]));

    /// <summary>Adds so many more of a SKU.</summary>
    public Task<CartChange> Add(string owner, string sku, int quantity, Money price) =>
        Put(owner, sku, quantity, price, adds: true);

    /// <summary>Makes a line of so many.</summary>
    public Task<CartChange> Set(string owner, string sku, int quantity, Money price) =>
        Put(owner, sku, quantity, price, adds: false);

    public async Task<IReadOnlyList<CartLine>> Remove(string owner, string sku) =>
        Lines(await Run(CartScripts.Remove, [Key(owner)], [TimeToLive(owner), sku]));

    public Task Clear(string owner) => redis.GetDatabase().KeyDeleteAsync(Key(owner));

    /// <summary>Takes what was ordered out of the cart, once an order however often it is called.</summary>
    public Task Take(string owner, Guid orderId, IReadOnlyList<OrderLine> lines)
    {
        var arguments = new RedisValue[1 + 2 * lines.Count];
        arguments[0] = SecondsOfDay;
        for (var i = 0; i < lines.Count; i++)
            (arguments[1 + 2 * i], arguments[2 + 2 * i]) = (lines[i].Sku, lines[i].Quantity);
        return Run(CartScripts.Take, [Key(owner), Key(owner, $":taken:{orderId:N}")], arguments);
    }

    private async Task<CartChange> Put(string owner, string sku, int quantity, Money price, bool adds)
    {
        var answer = await Run(CartScripts.Put, [Key(owner)],
        [
            TimeToLive(owner), sku, quantity,
            CartLine.Tail(price, time.GetUtcNow().ToUnixTimeMilliseconds()), price.Currency,
            adds ? 1 : 0, CartLine.MostLines, CartLine.MostOfOne,
        ]);
        if (answer.Length >= 0) return new CartChange(Lines(answer));
        return new CartChange([], (string?)answer switch
        {
            CartScripts.TooManyLines => CartRefusal.TooManyLines,
            CartScripts.OtherCurrency => CartRefusal.OtherCurrency,
            _ => CartRefusal.TooManyOfOne,
        });
    }

    private async Task<RedisResult> Run(string script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await redis.GetDatabase().ScriptEvaluateAsync(script, keys, values);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // A server that was restarted or flushed has forgotten what the client remembers to have loaded.
            return await redis.GetDatabase().ScriptEvaluateAsync(script, keys, values);
        }
    }

    private static IReadOnlyList<CartLine> Lines(RedisResult fields)
    {
        if (fields.Length <= 0) return [];
        var lines = new CartLine[fields.Length / 2];
        for (var i = 0; i < lines.Length; i++)
            lines[i] = CartLine.Parse((string)fields[2 * i]!, (string)fields[2 * i + 1]!);
        if (lines.Length > 1)
            Array.Sort(lines, (a, b) => a.AddedAt != b.AddedAt
                ? a.AddedAt.CompareTo(b.AddedAt)
                : string.CompareOrdinal(a.Sku, b.Sku));
        return lines;
    }

    /// <summary>With a hash tag, so that all keys of one owner lie on one node of a cluster.</summary>
    private RedisKey Key(string owner, string rest = "") => $"{_prefix}cart:{{{owner}}}{rest}";

    private static int TimeToLive(string owner) =>
        SecondsOfDay * (owner.StartsWith("user:", StringComparison.Ordinal) ? PersonsDays : GuestsDays);
}
