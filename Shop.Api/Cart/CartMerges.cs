using StackExchange.Redis;

namespace Shop.Api.Cart;

/// <summary>A guest's cart on its way to a person's.</summary>
/// <param name="Id">Under which it goes once, however often it arrives.</param>
/// <param name="Person">To whom.</param>
/// <param name="Lines">SKU and line, one after the other, as they are stored.</param>
internal sealed record PartingCart(string Id, string Person, IReadOnlyList<RedisValue> Lines)
{
    public string Ticket => $"{Id} {Person}";
}

/// <summary>
/// Brings what a guest has put into their cart into the cart of the person whom they log in as, and what a checkout of
/// theirs had taken that died. In three steps, each of which can be repeated, by anyone: a merge that was cut off is ended
/// by the next, and nothing is there twice.
/// </summary>
internal sealed class CartMerges(CartRedis redis, FrozenCarts frozen, TimeProvider time)
{
    /// <summary>What an earlier merge has left, what is there, and what a dead checkout gives back.</summary>
    private const int Attempts = 3;

    /// <summary>Longer than a parting cart is kept.</summary>
    private const int SecondsToRemember = 8 * 24 * 60 * 60;

    /// <returns>Whether anything came to this person. What had no room is noted with their cart.</returns>
    public async Task<bool> Merge(string guest, string person)
    {
        var hasGrown = false;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (parting, ordering) = await Leave(guest, person);
            if (parting is not null)
            {
                await Arrive(parting);
                await Forget(guest, parting);
                hasGrown |= parting.Person == person;
            }

            var isSettled = ordering.Count > 0 && await frozen.Settle(guest, ordering);
            if (parting is null && !isSettled) break;
        }

        return hasGrown;
    }

    /// <returns>What is to be brought next, null if there is nothing; and what the guest's checkouts have frozen.</returns>
    internal async Task<(PartingCart? Parting, IReadOnlyList<FrozenCart> Ordering)> Leave(string guest, string person)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var answer = await redis.Run(
            MergeScripts.Leave, [redis.Cart(guest), redis.Leaving(guest), redis.Frozen(guest)],
            [CartRedis.TimeToLive(guest), id, person]);
        var fields = (RedisValue[])answer[0]!;
        var ordering = CartState.ReadFrozen(answer);
        if (fields.Length == 0) return (null, ordering);
        var lines = new List<RedisValue>(fields.Length);
        var ticket = "";
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            if (fields[i] == MergeScripts.Ticket) ticket = (string)fields[i + 1]!;
            else lines.AddRange(fields.AsSpan(i, 2));
        }

        return (new PartingCart(ticket[..id.Length], ticket[(id.Length + 1)..], lines), ordering);
    }

    /// <summary>Does nothing if it had arrived before.</summary>
    internal Task Arrive(PartingCart parting) => redis.Run(
        MergeScripts.Arrive,
        [.. redis.Keys(parting.Person), redis.Arrived(parting.Person, parting.Id)],
        [
            CartRedis.TimeToLive(parting.Person), SecondsToRemember, FrozenCarts.NewGeneration(time.GetUtcNow()),
            CartLine.MostLines, CartLine.MostOfOne, parting.Id, .. parting.Lines,
        ]);

    internal Task Forget(string guest, PartingCart parting) =>
        redis.Run(MergeScripts.Forget, [redis.Leaving(guest)], [parting.Ticket]);
}
