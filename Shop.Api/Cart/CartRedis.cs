using Microsoft.Extensions.Options;
using Shop.Messaging.Hosting;
using StackExchange.Redis;

namespace Shop.Api.Cart;

/// <summary>
/// Where carts are in Redis. All keys of one owner have one hash tag, so that they lie on one node of a cluster, and a
/// script can change them in one step.
/// </summary>
internal sealed class CartRedis(IConnectionMultiplexer redis, IOptions<RedisOptions> options)
{
    /// <summary>After so many days nothing of a cart is left, unless it was used.</summary>
    public const int LongestLifeInDays = PersonsDays;

    private const int SecondsOfDay = 24 * 60 * 60;
    private const int PersonsDays = 30;
    private const int GuestsDays = 7;

    private readonly string _prefix = options.Value.KeyPrefix;

    public RedisKey Cart(string owner) => Key(owner, "");

    /// <summary>What checkouts under way hold of it.</summary>
    public RedisKey Frozen(string owner) => Key(owner, ":frozen");

    /// <summary>What was left out of it, until its owner was told.</summary>
    public RedisKey Notes(string owner) => Key(owner, ":notes");

    /// <summary>What the scripts of a cart have as KEYS: the cart, what is frozen of it, what was left out of it.</summary>
    public RedisKey[] Keys(string owner) => [Cart(owner), Frozen(owner), Notes(owner)];

    /// <summary>What goes to a person's cart.</summary>
    public RedisKey Leaving(string guest) => Key(guest, ":leaving");

    /// <summary>The mark that a guest's cart has arrived.</summary>
    public RedisKey Arrived(string person, string id) => Key(person, ":arrived:" + id);

    /// <summary>In seconds, from its last use.</summary>
    public static int TimeToLive(string owner) =>
        SecondsOfDay * (owner.StartsWith("user:", StringComparison.Ordinal) ? PersonsDays : GuestsDays);

    public async Task<RedisResult> Run(string script, RedisKey[] keys, RedisValue[] values)
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

    public Task Delete(params RedisKey[] keys) => redis.GetDatabase().KeyDeleteAsync(keys);

    public Task DeleteField(RedisKey key, string field) => redis.GetDatabase().HashDeleteAsync(key, field);

    /// <summary>Nobody waits for it, and nobody minds if it does not happen.</summary>
    public void Remove(RedisKey key, RedisValue[] members) =>
        redis.GetDatabase().SetRemove(key, members, CommandFlags.FireAndForget);

    private RedisKey Key(string owner, string rest) => $"{_prefix}cart:{{{owner}}}{rest}";
}
